// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that runs beside the test and can be killed; killed with its last reference at the latest.
package final class RunningProgram {
    private let child: pid_t
    /// As `waitpid` gives it; nil while the program runs.
    private var ended: CInt?

    /// - Throws: `Problem` with code `test.program` when it cannot be started.
    package init(_ name: String, _ arguments: [String], directory: FilePath, variables: [String: String]) throws {
        guard let program = findProgram(name) else { throw Problem("test.program", "No such program", at: name) }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let command = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory.string, program.string] + arguments
        var child: pid_t = 0
        let code = withStrings(command) { argv in
            withStrings(environment(variables)) { posix_spawn(&child, command[0], &actions, nil, argv, $0) }
        }
        guard code == 0 else { throw Problem("test.program", "Cannot start a program", at: name, why: "\(code)") }
        self.child = child
    }

    deinit { kill() }

    /// Ends it at once, whatever it is doing. Says whether it was still running.
    @discardableResult
    package func kill() -> Bool {
        if hasEnded { return false }
        signal(child, SIGKILL)
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        ended = status
        return status & 0x7f == SIGKILL
    }

    /// Whether it has ended by itself.
    package var hasEnded: Bool {
        var status: CInt = 0
        if ended == nil, waitpid(child, &status, WNOHANG) == child { ended = status }
        return ended != nil
    }

    /// Waits for its end without holding up other tasks, such as the server that it talks to.
    /// - Returns: the exit code; 128 and the signal when one ended it.
    package func wait() async throws -> Int32 {
        while !hasEnded { try await Task.sleep(for: .milliseconds(5)) }
        let status = ended ?? 0
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }
}

/// The C function, whose name the method above hides.
private func signal(_ process: pid_t, _ number: CInt) { _ = kill(process, number) }
