// SPDX-License-Identifier: Apache-2.0
package import PlinthArchive
package import PlinthCore

/// What a package says about itself: the content of its `control.tar`.
package struct DebControl: Sendable, Equatable {
    /// A line of `md5sums`.
    package struct Checksum: Sendable, Hashable {
        package let path: TreePath
        /// 32 hexadecimal digits in lower case.
        package let md5: String

        package init(path: TreePath, md5: String) {
            self.path = path
            self.md5 = md5
        }
    }

    /// A line of `conffiles`.
    package struct Conffile: Sendable, Hashable {
        package let path: TreePath
        /// Not part of the package: to be removed when an older version brought it.
        package let isRemovedOnUpgrade: Bool
    }

    /// A line of `triggers`, such as `interest-noawait /usr/lib`.
    package struct Trigger: Sendable, Hashable {
        package let directive: String
        package let name: String
    }

    /// The fields of `control`.
    package let paragraph: Deb822Paragraph
    package let name: String
    package let version: String
    package let architecture: String
    package let md5sums: [Checksum]
    package let conffiles: [Conffile]
    package let triggers: [Trigger]
    /// Every file of the archive by name, `control` included.
    package let files: [String: [UInt8]]

    package static let scriptNames = ["preinst", "postinst", "prerm", "postrm", "config"]

    /// The maintainer scripts that the package has.
    package var scripts: [String: [UInt8]] { files.filter { Self.scriptNames.contains($0.key) } }
}

extension DebControl {
    /// Decompresses and reads a `control.tar`.
    /// - Parameters:
    ///   - source: the member as it lies in the package.
    ///   - limit: the most bytes that its files may have together; the archive may have four times as many.
    /// - Throws: `Problem` with code `deb.control`; what `Decompressor` and `TarReader` throw.
    package init(
        _ source: any ByteSource, _ compression: Compression, place: String, limit: Int = 16 << 20
    ) throws {
        let archive = try Decompressor(source, compression, limit: Int64(limit) * 4)
        try self.init(files: try Self.readFiles(TarReader(archive, place: place), place, limit), place: place)
    }

    /// - Throws: `Problem` with code `deb.control`.
    package init(files: [String: [UInt8]], place: String) throws {
        do throws(ControlFault) {
            try self.init(files: files)
        } catch {
            throw Problem(
                "deb.control", "The control data of a Debian package cannot be used", at: place,
                why: "\(error.file): \(error.why)")
        }
    }

    private init(files: [String: [UInt8]]) throws(ControlFault) {
        guard let control = files["control"] else { throw ControlFault("control", "the file is missing") }
        do {
            paragraph = try Deb822Paragraph.parseOne(control)
        } catch {
            throw ControlFault("control", error.description)
        }
        name = try paragraph.packageName("Package")
        version = try paragraph.checkedVersion()
        architecture = try paragraph.packageName("Architecture")
        md5sums = try ControlLines.md5sums(files["md5sums"] ?? [])
        conffiles = try ControlLines.conffiles(files["conffiles"] ?? [])
        triggers = try ControlLines.triggers(files["triggers"] ?? [])
        self.files = files
    }

    /// Whether the package is the one that the index promised.
    /// - Throws: `Problem` with code `deb.mismatch`.
    package func check(name: String, version: String, architecture: String, place: String) throws(Problem) {
        let promised = "\(name) \(version) \(architecture)"
        let found = "\(self.name) \(self.version) \(self.architecture)"
        // As bytes: what is written in one way must be written in the same way here.
        guard promised.utf8.elementsEqual(found.utf8) else {
            throw Problem(
                "deb.mismatch", "A package is not the one that the index names", at: place,
                why: "the index says \(promised), the package says \(found)")
        }
    }

    private static func readFiles(_ tar: TarReader, _ place: String, _ limit: Int) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var room = limit
        while let entry = try tar.next() {
            let shown = String(decoding: entry.name, as: UTF8.self)
            guard let path = try? TreePath(archiveName: entry.name) else {
                throw refused(place, "“\(shown)” is not a path")
            }
            if path.isRoot, entry.kind == .directory { continue }
            guard entry.kind == .file, path.components.count == 1 else {
                throw refused(place, "“\(shown)” is not a plain file at the top")
            }
            guard entry.size <= Int64(room) else { throw refused(place, "more than \(ByteCount(limit)) of files") }
            let content = try readContent(tar, Int(entry.size))
            room -= content.count
            guard files.updateValue(content, forKey: path.description) == nil else {
                throw refused(place, "“\(shown)” occurs twice")
            }
        }
        return files
    }

    private static func readContent(_ tar: TarReader, _ size: Int) throws -> [UInt8] {
        var content = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            var span = content.mutableSpan
            var rest = span._mutatingExtracting(filled...)
            let count = try tar.read(into: &rest)
            if count == 0 { break }
            filled += count
        }
        content.removeLast(size - filled)
        return content
    }

    private static func refused(_ place: String, _ why: String) -> Problem {
        Problem("deb.control", "The control archive of a Debian package is not one", at: place, why: why)
    }
}

/// What is wrong with a file of control data.
struct ControlFault: Error {
    let file: String
    let why: String

    init(_ file: String, _ why: String) {
        self.file = file
        self.why = why
    }
}

extension Deb822Paragraph {
    func packageName(_ field: String) throws(ControlFault) -> String {
        guard let value = self[field] else { throw ControlFault("control", "the field \(field) is missing") }
        let bytes = Array(value.utf8)
        guard isPackageName(0..<bytes.count, in: bytes.span) else {
            throw ControlFault("control", "the field \(field) cannot be “\(value)”")
        }
        return value
    }

    func checkedVersion() throws(ControlFault) -> String {
        guard let value = self["Version"] else { throw ControlFault("control", "the field Version is missing") }
        do throws(DebianVersion.Fault) {
            _ = try DebianVersion(value)
        } catch {
            throw ControlFault("control", "the field Version cannot be “\(value)”: \(error)")
        }
        return value
    }
}
