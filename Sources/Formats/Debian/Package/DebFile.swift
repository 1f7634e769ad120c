// SPDX-License-Identifier: Apache-2.0
package import PlinthArchive
import PlinthCore

/// Where the two archives of a `.deb` lie. See deb(5).
package struct DebFile: Sendable, Equatable {
    /// A stretch of the file that holds a tar archive.
    package struct Part: Sendable, Equatable {
        /// From the start of the file.
        package let offset: Int64
        package let size: Int64
        package let compression: Compression
    }

    package let control: Part
    package let data: Part

    /// Checks the container: format 2, the members in their order, nothing unknown before the data.
    /// - Parameters:
    ///   - length: bytes of the file.
    ///   - read: gives `count` bytes from an offset, fewer at the end.
    /// - Throws: `Problem` with code `deb.format`, `deb.member` or `deb.compression`; what `ArArchive` and `read`
    ///   throw.
    package init(
        length: Int64, place: String, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws {
        let members = try Self.members(length, place, read)
        guard let first = members.first, first.name == "debian-binary" else {
            throw Problem(
                "deb.format", "Not a Debian package", at: place, why: "its first member is not debian-binary")
        }
        try Self.checkFormat(try read(first.offset, Int(min(first.size, 256))), place)
        var rest = members.dropFirst().filter { !$0.name.hasPrefix("_") }[...]
        control = try Self.part("control.tar", rest.popFirst(), place)
        data = try Self.part("data.tar", rest.popFirst(), place)
    }

    private static func members(
        _ length: Int64, _ place: String, _ read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws -> [ArMember] {
        do {
            return try ArArchive.members(length: length, read: read)
        } catch let problem as Problem {
            throw problem.at(place)
        }
    }

    /// Major version 2; a higher minor one and more lines are left to later formats, as dpkg does.
    private static func checkFormat(_ bytes: [UInt8], _ place: String) throws(Problem) {
        let line = bytes.prefix { $0 != newline }
        let parts = line.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard line.count < bytes.count, parts.count == 2, parts[0].elementsEqual("2".utf8), !parts[1].isEmpty,
            parts[1].allSatisfy(isDigit)
        else {
            let shown = String(decoding: line.prefix(40), as: UTF8.self)
            throw Problem(
                "deb.format", "A Debian package has a format that is not known", at: place,
                why: "debian-binary says “\(shown)”, not 2.0")
        }
    }

    private static func part(_ name: String, _ member: ArMember?, _ place: String) throws(Problem) -> Part {
        guard let member else { throw missing(name, "the archive ends", place) }
        guard member.name == name || member.name.hasPrefix(name + ".") else {
            throw missing(name, "“\(member.name)” is in its place", place)
        }
        guard let compression = compression(member.name.dropFirst(name.count)),
            name == "data.tar" || compression != .bzip2 && compression != .lzma
        else {
            throw Problem(
                "deb.compression", "A Debian package is compressed in a way that is not known", at: place,
                why: "its member \(member.name)")
        }
        return Part(offset: member.offset, size: member.size, compression: compression)
    }

    private static func compression(_ suffix: Substring) -> Compression? {
        switch suffix {
        case "": Compression.none
        case ".gz": .gzip
        case ".xz": .xz
        case ".zst": .zstd
        case ".bz2": .bzip2
        case ".lzma": .lzma
        default: nil
        }
    }

    private static func missing(_ name: String, _ why: String, _ place: String) -> Problem {
        Problem("deb.member", "A Debian package lacks its member \(name)", at: place, why: why)
    }
}

extension DebFile {
    /// A package in memory.
    /// - Throws: as the other form.
    package init(_ bytes: [UInt8], place: String) throws {
        try self.init(length: Int64(bytes.count), place: place) { offset, count in
            let start = Int(min(offset, Int64(bytes.count)))
            return Array(bytes[start..<(start + min(count, bytes.count - start))])
        }
    }
}
