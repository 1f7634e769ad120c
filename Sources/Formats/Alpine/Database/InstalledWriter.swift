// SPDX-License-Identifier: Apache-2.0
import PlinthCore

extension ApkInstalled {
    /// The content of `lib/apk/db/installed`, byte for byte as apk 2.14 writes it: packages by name.
    package static func file(_ packages: [ApkInstalled]) -> [UInt8] {
        let sorted = packages.sorted {
            $0.record.name.utf8.lexicographicallyPrecedes($1.record.name.utf8)
        }
        var result: [UInt8] = []
        for package in sorted {
            package.write(to: &result)
            result.append(UInt8(ascii: "\n"))
        }
        return result
    }

    /// The stanza without the empty line that ends it.
    private func write(to result: inout [UInt8]) {
        result += record.lines
        if !replaces.isEmpty { result += "r:\(replaces.joined(separator: " "))\n".utf8 }
        if replacesPriority != 0 { result += "q:\(replacesPriority)\n".utf8 }
        if !repositoryTag.isEmpty { result += "s:\(repositoryTag)\n".utf8 }
        if !flags.isEmpty { result += "f:\(flags)\n".utf8 }
        for line in others {
            result += [line.letter, UInt8(ascii: ":")] + line.value + [UInt8(ascii: "\n")]
        }
        for directory in directories { directory.write(to: &result) }
    }
}

extension ApkInstalled.Directory {
    fileprivate func write(to result: inout [UInt8]) {
        result += "F:".utf8
        result += path.bytes
        result.append(UInt8(ascii: "\n"))
        if ownership != .usualDirectory { result += "M:\(ownership)\n".utf8 }
        for file in files {
            result += "R:".utf8
            result += file.name
            result.append(UInt8(ascii: "\n"))
            if file.ownership != .usualFile { result += "a:\(file.ownership)\n".utf8 }
            if let checksum = file.checksum { result += "Z:\(checksum)\n".utf8 }
        }
    }
}

extension ApkInstalled.Ownership: CustomStringConvertible {
    /// Such as `0:42:640`.
    package var description: String {
        let plain = "\(user):\(group):\(String(mode, radix: 8))"
        return attributes.map { "\(plain):\($0)" } ?? plain
    }
}
