// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
package import PlinthCore

/// A package in the database of apk, with its directories and files.
package struct ApkInstalled: Hashable, Sendable {
    /// Who owns a file or directory; apk leaves the usual out.
    package struct Ownership: Hashable, Sendable {
        package var user: UInt32
        package var group: UInt32
        /// Permissions and the three special bits.
        package var mode: UInt16
        /// Over the extended attributes, when there are any.
        package var attributes: ApkChecksum?

        package init(user: UInt32 = 0, group: UInt32 = 0, mode: UInt16, attributes: ApkChecksum? = nil) {
            self.user = user
            self.group = group
            self.mode = mode
            self.attributes = attributes
        }

        package static let usualDirectory = Ownership(mode: 0o755)
        package static let usualFile = Ownership(mode: 0o644)
    }

    package struct File: Hashable, Sendable {
        /// The last component of its path.
        package var name: [UInt8]
        package var ownership: Ownership
        /// nil for devices, and where old versions of apk wrote none.
        package var checksum: ApkChecksum?

        package init(name: [UInt8], ownership: Ownership = .usualFile, checksum: ApkChecksum? = nil) {
            self.name = name
            self.ownership = ownership
            self.checksum = checksum
        }
    }

    package struct Directory: Hashable, Sendable {
        package var path: TreePath
        package var ownership: Ownership
        package var files: [File]

        package init(path: TreePath, ownership: Ownership = .usualDirectory, files: [File] = []) {
            self.path = path
            self.ownership = ownership
            self.files = files
        }
    }

    /// A line that nothing here understands.
    package struct Line: Hashable, Sendable {
        package var letter: UInt8
        package var value: [UInt8]
    }

    package var record: ApkRecord
    package var replaces: [String]
    package var replacesPriority: Int64
    /// The `@tag` of the repository it came from, without the `@`; empty when it had none.
    package var repositoryTag: String
    /// `f` broken files, `s` broken script, `x` broken attributes, `S` digests that begin a SHA-256.
    package var flags: String
    /// In the order of the package.
    package var directories: [Directory]
    /// Kept, so that writing loses nothing.
    package var others: [Line]

    package init(
        record: ApkRecord, replaces: [String] = [], replacesPriority: Int64 = 0, repositoryTag: String = "",
        flags: String = "", directories: [Directory] = [], others: [Line] = []
    ) {
        self.record = record
        self.replaces = replaces
        self.replacesPriority = replacesPriority
        self.repositoryTag = repositoryTag
        self.flags = flags
        self.directories = directories
        self.others = others
    }
}

extension ApkInstalled {
    /// What apk would write about a package that it has just unpacked.
    /// - Parameters:
    ///   - entries: the files that were kept of it, in the order of the package, with their checksums; directories
    ///     that only files name get the usual owner and mode.
    ///   - architecture: what the index says, which counts: there `noarch` is the architecture of the repository.
    ///   - repositoryTag: without the `@`.
    package init(
        _ control: ApkControl, entries: some Sequence<ApkEntry>, architecture: String? = nil,
        repositoryTag: String = ""
    ) {
        self.init(
            record: control.record, replaces: control.replaces, replacesPriority: control.replacesPriority,
            repositoryTag: repositoryTag)
        record.architecture = architecture ?? record.architecture
        var places: [TreePath: Int] = [:]
        func place(of path: TreePath) -> Int {
            if let known = places[path] { return known }
            directories.append(Directory(path: path))
            places[path] = directories.count - 1
            return directories.count - 1
        }
        for entry in entries {
            let header = entry.header
            let ownership = Ownership(
                user: header.user, group: header.group, mode: header.kind == .symlink ? 0o777 : header.mode,
                attributes: Self.checksum(of: header.attributes))
            if header.kind == .directory {
                directories[place(of: entry.path)].ownership = ownership
            } else {
                let file = File(name: Array(entry.path.name), ownership: ownership, checksum: entry.checksum)
                directories[place(of: entry.path.parent ?? .root)].files.append(file)
            }
        }
    }

    /// SHA-1 over the attributes, sorted by name: each name and each value behind its length in four bytes.
    static func checksum(of attributes: [String: [UInt8]]) -> ApkChecksum? {
        if attributes.isEmpty { return nil }
        let sorted = attributes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return .of(sorted.flatMap { measured(Array($0.key.utf8)) + measured($0.value) })
    }

    private static func measured(_ bytes: [UInt8]) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
    }
}
