// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Box {
    /// Starts the image's entry point, waits until it has made a file or socket, and ends it after the body.
    ///
    /// - Parameter ready: A path of this machine.
    /// - Returns: What the body gave, and all that the program wrote.
    /// - Throws: `Problem` with code `test.server`, with what the program wrote, when it never gets ready.
    func serving<Result>(
        _ arguments: [String] = [], ready: FilePath, _ body: () throws -> Result
    ) throws -> (result: Result, log: String) {
        let log = work.appending("server.log")
        let command = try command(for: facts.entrypoint + arguments, seconds: 300)
        // `timeout` hands the signal on that ends it.
        let server = try RunningProgram(command[0], Array(command.dropFirst()), log: log)
        defer { server.stop() }
        func written() -> String { (try? readFile(log)).map { String(decoding: $0, as: UTF8.self) } ?? "" }
        // 60 seconds: the first start of a database takes a while on a slow machine.
        for _ in 0..<1200 where access(ready.string, F_OK) != 0 && !server.hasEnded { usleep(50_000) }
        guard access(ready.string, F_OK) == 0 else {
            throw Problem("test.server", "A server of an image did not start", at: root.string, why: written())
        }
        return (try body(), written())
    }
}
