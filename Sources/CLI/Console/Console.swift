// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import SystemPackage

/// stdout is data, stderr is conversation.
enum Console {
    static func standardOutput(_ bytes: [UInt8]) { write(bytes, to: .standardOutput) }
    static func standardOutput(_ text: String) { write(Array((text + "\n").utf8), to: .standardOutput) }
    static func standardError(_ text: String) { write(Array((text + "\n").utf8), to: .standardError) }

    /// A closed pipe is not worth a word: whoever reads has gone.
    private static func write(_ bytes: [UInt8], to file: FileDescriptor) {
        _ = try? file.writeAll(bytes)
    }
}

/// Flags that every command has.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but the result and errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Print more: every package, effect and script.")
    var verbose = false
}
