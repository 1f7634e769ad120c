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
        let server = try Server(try command(for: facts.entrypoint + arguments, seconds: 300), log: log)
        defer { server.stop() }
        func written() -> String { (try? readFile(log)).map { String(decoding: $0, as: UTF8.self) } ?? "" }
        // 60 seconds: the first start of a database takes a while on a slow machine.
        for _ in 0..<1200 where access(ready.string, F_OK) != 0 && server.isRunning { usleep(50_000) }
        guard access(ready.string, F_OK) == 0 else {
            throw Problem("test.server", "A server of an image did not start", at: root.string, why: written())
        }
        return (try body(), written())
    }
}

/// A program that runs beside the test, ended by its number.
private final class Server {
    private let process: pid_t
    private var hasEnded = false

    init(_ command: [String], log: FilePath) throws {
        guard let program = findProgram(command[0]) else {
            throw Problem("test.program", "No such program", at: command[0])
        }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log.string, O_WRONLY | O_CREAT | O_APPEND, 0o666)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, program.string, &actions, nil, &words, environ)
        guard code == 0 else {
            throw Problem("test.program", "Cannot start a program", at: command[0], why: "\(Errno(rawValue: code))")
        }
        process = child
    }

    var isRunning: Bool {
        guard !hasEnded else { return false }
        var status: Int32 = 0
        hasEnded = waitpid(process, &status, WNOHANG) != 0
        return !hasEnded
    }

    /// `timeout` hands the signal on; a program that does not end in ten seconds is killed.
    func stop() {
        guard isRunning else { return }
        kill(process, SIGTERM)
        for _ in 0..<200 where isRunning { usleep(50_000) }
        guard isRunning else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}
