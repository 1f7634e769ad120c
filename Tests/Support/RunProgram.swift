// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a program left behind.
package struct ProgramResult: Sendable {
    /// The exit code; 128 and the signal when one ended it.
    package let status: Int32
    package let output: [UInt8]
    package let errors: [UInt8]

    package var text: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Where a program lies, by the search path; nil when the machine does not have it.
package func findProgram(_ name: String) -> FilePath? {
    if name.contains("/") { return access(name, X_OK) == 0 ? FilePath(name) : nil }
    let search = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    let places = search.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
    return places.map { FilePath($0).appending(name) }.first { access($0.string, X_OK) == 0 }
}

package func hasProgram(_ names: String...) -> Bool { names.allSatisfy { findProgram($0) != nil } }

/// Runs a program to its end, with what it reads and writes kept in files, so that nothing can block.
///
/// - Parameter variables: set on top of our own environment, which has `LC_ALL=C`.
/// - Throws: `Problem` with code `test.program` when it cannot be started.
package func runProgram(
    _ name: String, _ arguments: [String], input: [UInt8] = [], directory: FilePath? = nil,
    variables: [String: String] = [:]
) throws -> ProgramResult {
    guard let program = findProgram(name) else { throw Problem("test.program", "No such program", at: name) }
    return try withScratchDirectory { scratch in
        try writeFile(scratch.appending("in"), input)
        var command = [program.string] + arguments
        if let directory { command = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory.string] + command }
        let status = try spawn(command, scratch, variables)
        return ProgramResult(
            status: status, output: try readFile(scratch.appending("out")),
            errors: try readFile(scratch.appending("err")))
    }
}

/// Runs a program and gives what it wrote; anything but exit code 0 is an error.
/// - Throws: `Problem` with code `test.program`.
@discardableResult
package func outputOf(
    _ name: String, _ arguments: [String], input: [UInt8] = [], directory: FilePath? = nil,
    variables: [String: String] = [:]
) throws -> [UInt8] {
    let result = try runProgram(name, arguments, input: input, directory: directory, variables: variables)
    guard result.status == 0 else {
        throw Problem("test.program", "A program failed", at: name, why: "\(result.status): \(result.errorText)")
    }
    return result.output
}

private func spawn(_ command: [String], _ scratch: FilePath, _ variables: [String: String]) throws -> Int32 {
    #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
    #else
        var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let written = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, scratch.appending("in").string, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, scratch.appending("out").string, written, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, scratch.appending("err").string, written, 0o600)
    var child: pid_t = 0
    let code = withStrings(command) { argv in
        withStrings(environment(variables)) { envp in
            posix_spawn(&child, command[0], &actions, nil, argv, envp)
        }
    }
    guard code == 0 else { throw Problem("test.program", "Cannot start a program", at: command[0], why: "\(code)") }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
}

func environment(_ variables: [String: String]) -> [String] {
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

func withStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}
