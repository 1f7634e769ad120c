// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A password that is typed or piped in; it never appears anywhere.
enum PasswordInput {
    /// Asks on the terminal, which does not show what is typed.
    /// - Throws: `login.noTerminal`.
    static func ask(_ prompt: String) throws -> String {
        guard isatty(FileDescriptor.standardInput.rawValue) == 1, let typed = getpass(prompt) else {
            throw Problem(
                "login.noTerminal", "There is no terminal to ask for a password",
                hints: ["pipe it in and add --password-stdin"], kind: .usage)
        }
        return String(cString: typed)
    }

    /// Reads standard input to its end; one line end after the password is not part of it.
    /// - Throws: `login.tooLong`.
    static func read() throws -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try FileDescriptor.standardInput.read(into: $0) }
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= 65_536 else {
                throw Problem("login.tooLong", "Standard input holds more than a password", kind: .usage)
            }
        }
        if bytes.last == 0x0a { bytes.removeLast() }
        if bytes.last == 0x0d { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
