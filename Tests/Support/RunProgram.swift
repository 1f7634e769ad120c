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
    try withScratchDirectory { scratch in
        let files = ProgramFiles(
            input: scratch.appending("in"), output: scratch.appending("out"), errors: scratch.appending("err"))
        try writeFile(files.input, input)
        let child = try startProgram(name, arguments, files, directory: directory, variables: variables)
        let status = exitCode(waitForEnd(of: child))
        return ProgramResult(status: status, output: try readFile(files.output), errors: try readFile(files.errors))
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
