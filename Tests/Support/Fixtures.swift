// SPDX-License-Identifier: Apache-2.0
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Real inputs that lie beside the checkout; tests run without them when they are not there.
package enum Fixtures {
    /// The folder of all; nil when it is not there.
    package static let root: FilePath? = {
        var directory = FilePath(#filePath)
        while directory.removeLastComponent() {
            let folder = directory.appending("shared/fixtures")
            if access(folder.string, R_OK) == 0 { return folder }
        }
        return nil
    }()

    /// The path of a file or directory; nil when it is not there.
    package static func path(_ relative: String) -> FilePath? {
        guard let path = root?.appending(relative), access(path.string, R_OK) == 0 else { return nil }
        return path
    }

    package static func bytes(_ relative: String) throws -> [UInt8]? { try path(relative).map { try readFile($0) } }

    /// The names in a directory, sorted; empty when it is not there.
    package static func names(in relative: String) -> [String] { path(relative).map(namesInDirectory) ?? [] }

    /// The lines of a text file, without the empty ones.
    package static func lines(_ relative: String) throws -> [String]? {
        try bytes(relative).map { bytes in
            bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
