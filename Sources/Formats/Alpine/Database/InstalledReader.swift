// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

extension ApkInstalled {
    /// The packages of `lib/apk/db/installed` with all their files, in the order of the file.
    ///
    /// `ApkPackage.parse(installed:)` is faster where names are enough. Time and memory grow with the file.
    /// - Throws: `Problem` with code `apk.syntax`.
    package static func parse(_ bytes: [UInt8], place: String) throws(Problem) -> [ApkInstalled] {
        do throws(ApkFault) {
            return try parse(bytes.span)
        } catch {
            throw Problem(
                "apk.syntax", "A package database cannot be read", at: "\(place):\(error.line)", why: error.why)
        }
    }

    private static func parse(_ bytes: borrowing Span<UInt8>) throws(ApkFault) -> [ApkInstalled] {
        var cursor = ApkLineCursor()
        var packages: [ApkInstalled] = []
        var reader = InstalledReader()
        while let item = try cursor.next(in: bytes) {
            switch item {
            case .field(let letter, let value, let line):
                let isInPlace: Bool
                do throws(ApkValueFault) {
                    isInPlace = try reader.take(letter, value, in: bytes)
                } catch {
                    throw ApkFault(line: line, error.description)
                }
                guard isInPlace else {
                    throw ApkFault(line: line, "“\(Character(UnicodeScalar(letter))):” stands before what it speaks of")
                }
            case .endOfStanza(let line):
                let package = reader.package
                guard !package.record.name.isEmpty, !package.record.version.isEmpty else {
                    throw ApkFault(line: line, "the package that ends here has no name or no version")
                }
                packages.append(package)
                reader = InstalledReader()
            }
        }
        return packages
    }
}

/// One stanza of the database in the making.
private struct InstalledReader {
    private(set) var package = ApkInstalled(record: ApkRecord(name: "", version: ""))
    /// The directory that the last `F:` named.
    private var directory = -1
    private var hasFile = false
    private var places: [TreePath: Int] = [:]

    /// False for a line about files or directories that comes too early.
    mutating func take(
        _ letter: UInt8, _ value: Range<Int>, in bytes: borrowing Span<UInt8>
    ) throws(ApkValueFault) -> Bool {
        switch letter {
        case UInt8(ascii: "F"): try enter(value, in: bytes)
        case UInt8(ascii: "R"): return try add(value, in: bytes)
        case UInt8(ascii: "M"):
            guard directory >= 0 else { return false }
            package.directories[directory].ownership = try ownership(letter, value, in: bytes)
        case UInt8(ascii: "a"):
            guard directory >= 0, hasFile else { return false }
            let found = try ownership(letter, value, in: bytes)
            package.directories[directory].files[package.directories[directory].files.count - 1].ownership = found
        case UInt8(ascii: "Z"):
            guard directory >= 0, hasFile else { return false }
            guard let found = ApkChecksum(text: ApkValue.bytes(value, in: bytes)) else {
                throw ApkValueFault(letter, value, in: bytes)
            }
            package.directories[directory].files[package.directories[directory].files.count - 1].checksum = found
        case UInt8(ascii: "r"): package.replaces = ApkValue.words(ApkValue.bytes(value, in: bytes))
        case UInt8(ascii: "q"): package.replacesPriority = try ApkRecord.number(letter, value, bytes)
        case UInt8(ascii: "s"): package.repositoryTag = ApkValue.text(value, in: bytes)
        case UInt8(ascii: "f"): package.flags = ApkValue.text(value, in: bytes)
        default:
            if try package.record.take(letter, value, in: bytes) { return true }
            package.others.append(ApkInstalled.Line(letter: letter, value: ApkValue.bytes(value, in: bytes)))
        }
        return true
    }

    private mutating func enter(_ value: Range<Int>, in bytes: borrowing Span<UInt8>) throws(ApkValueFault) {
        let written = ApkValue.bytes(value, in: bytes)
        guard let path = try? TreePath(archiveName: written), path.bytes == written else {
            throw ApkValueFault(UInt8(ascii: "F"), value, in: bytes)
        }
        hasFile = false
        if let known = places[path] {
            directory = known
            return
        }
        directory = package.directories.count
        places[path] = directory
        package.directories.append(ApkInstalled.Directory(path: path))
    }

    private mutating func add(_ value: Range<Int>, in bytes: borrowing Span<UInt8>) throws(ApkValueFault) -> Bool {
        guard directory >= 0 else { return false }
        let name = ApkValue.bytes(value, in: bytes)
        guard let path = try? TreePath(archiveName: name), path.bytes == name, path.parent == .root else {
            throw ApkValueFault(UInt8(ascii: "R"), value, in: bytes)
        }
        hasFile = true
        package.directories[directory].files.append(ApkInstalled.File(name: name))
        return true
    }

    /// `user:group:mode`, and perhaps a checksum; the mode is octal, padded or not.
    private func ownership(
        _ letter: UInt8, _ value: Range<Int>, in bytes: borrowing Span<UInt8>
    ) throws(ApkValueFault) -> ApkInstalled.Ownership {
        let parts = ApkValue.bytes(value, in: bytes).split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 4,
            let user = ApkValue.number(parts[0]).flatMap(UInt32.init(exactly:)),
            let group = ApkValue.number(parts[1]).flatMap(UInt32.init(exactly:)),
            let mode = ApkValue.number(parts[2], radix: 8), mode <= 0o7777
        else { throw ApkValueFault(letter, value, in: bytes) }
        var result = ApkInstalled.Ownership(user: user, group: group, mode: UInt16(mode))
        if parts.count == 4 {
            guard let checksum = ApkChecksum(text: parts[3]) else { throw ApkValueFault(letter, value, in: bytes) }
            result.attributes = checksum
        }
        return result
    }
}
