// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Synchronization
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that runs beside the test and can be ended; killed with its last reference at the latest.
package final class RunningProgram: Sendable {
    private let child: pid_t
    /// As `waitpid` gives it; nil while the program runs.
    private let ended = Mutex<CInt?>(nil)

    /// - Parameter log: takes what it writes, errors too; nobody reads it unless given.
    /// - Parameter variables: set on top of our own environment, which has `LC_ALL=C`.
    /// - Throws: `Problem` with code `test.program` when it cannot be started.
    package init(
        _ name: String, _ arguments: [String], log: FilePath = "/dev/null", directory: FilePath? = nil,
        variables: [String: String] = [:]
    ) throws {
        let files = ProgramFiles(output: log, errors: log)
        child = try startProgram(name, arguments, files, directory: directory, variables: variables)
    }

    deinit { kill() }

    /// Ends it at once, whatever it is doing. Says whether it was still running.
    @discardableResult
    package func kill() -> Bool {
        ended.withLock { ended in
            if Self.end(of: child, known: &ended) != nil { return false }
            signal(child, SIGKILL)
            let status = waitForEnd(of: child)
            ended = status
            return status & 0x7f == SIGKILL
        }
    }

    /// Asks it to end, and kills it when it has not after ten seconds.
    package func stop() {
        if hasEnded { return }
        signal(child, SIGTERM)
        for _ in 0..<200 where !hasEnded { usleep(50_000) }
        kill()
    }

    /// Whether it has ended by itself.
    package var hasEnded: Bool { status != nil }

    /// Waits for its end without holding up other tasks, such as the server that it talks to.
    /// - Returns: the exit code; 128 and the signal when one ended it.
    package func wait() async throws -> Int32 {
        while true {
            if let status { return exitCode(status) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private var status: CInt? { ended.withLock { Self.end(of: child, known: &$0) } }

    private static func end(of child: pid_t, known: inout CInt?) -> CInt? {
        var status: CInt = 0
        if known == nil, waitpid(child, &status, WNOHANG) == child { known = status }
        return known
    }
}

/// The C function, whose name the method above hides.
private func signal(_ process: pid_t, _ number: CInt) { _ = kill(process, number) }
