// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files that a program reads and writes instead of ours. Those that it writes are made, and emptied first.
struct ProgramFiles {
    var input: FilePath = "/dev/null"
    var output: FilePath = "/dev/null"
    var errors: FilePath = "/dev/null"
}

/// Starts a program that is found by the search path, and does not wait for it.
///
/// - Parameter variables: set on top of our own environment, which has `LC_ALL=C`.
/// - Returns: the process's number, for whom to wait is the caller's part.
/// - Throws: `Problem` with code `test.program` when it cannot be started.
func startProgram(
    _ name: String, _ arguments: [String], _ files: ProgramFiles, directory: FilePath? = nil,
    variables: [String: String] = [:]
) throws -> pid_t {
    guard let program = findProgram(name) else { throw Problem("test.program", "No such program", at: name) }
    var command = [program.string] + arguments
    if let directory { command = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory.string] + command }
    var actions = noFileActions()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, files.input.string, O_RDONLY, 0)
    let written = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 1, files.output.string, written, 0o666)
    if files.errors == files.output {
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
    } else {
        posix_spawn_file_actions_addopen(&actions, 2, files.errors.string, written, 0o666)
    }
    var child: pid_t = 0
    let code = withStrings(command) { words in
        withStrings(environment(variables)) { posix_spawn(&child, command[0], &actions, nil, words, $0) }
    }
    guard code == 0 else {
        throw Problem("test.program", "Cannot start a program", at: name, why: "\(Errno(rawValue: code))")
    }
    return child
}

#if canImport(Darwin)
    private func noFileActions() -> posix_spawn_file_actions_t? { nil }
#else
    private func noFileActions() -> posix_spawn_file_actions_t { posix_spawn_file_actions_t() }
#endif

/// Waits for the end of a program, which no one else waits for.
/// - Returns: as `waitpid` gives it.
func waitForEnd(of child: pid_t) -> CInt {
    var status: CInt = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status
}

/// The exit code; 128 and the signal when one ended it.
func exitCode(_ status: CInt) -> Int32 {
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
}

private func environment(_ variables: [String: String]) -> [String] {
    var all: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
        let pair = String(cString: entry).split(separator: "=", maxSplits: 1).map(String.init)
        if let name = pair.first { all[name] = pair.count > 1 ? pair[1] : "" }
        next += 1
    }
    all["LC_ALL"] = "C"
    all.merge(variables) { $1 }
    return all.map { "\($0.key)=\($0.value)" }.sorted()
}

private func withStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}
