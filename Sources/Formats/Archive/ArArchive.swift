// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// A member of an ar archive: where its content lies.
package struct ArMember: Sendable, Equatable {
    package let name: String
    /// Of the content, from the archive's start.
    package let offset: Int64
    package let size: Int64
}

/// The common ar format, as Debian packages use it: no long names, no symbol tables.
package enum ArArchive {
    private static let magic = Array("!<arch>\n".utf8)
    private static let headerSize = 60
    private static let mostMembers = 1000

    /// Reads the headers only.
    /// - Parameters:
    ///   - length: bytes of the archive.
    ///   - read: gives `count` bytes from an offset, fewer at the end.
    /// - Throws: `ar.corrupt`, `ar.truncated`, `ar.unsupported`, `ar.tooMany`, and what `read` throws.
    package static func members(length: Int64, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]) throws
        -> [ArMember]
    {
        guard try read(0, magic.count) == magic else {
            throw Problem("ar.corrupt", "Not an ar archive", why: "it does not begin with !<arch>")
        }
        var members: [ArMember] = []
        var offset = Int64(magic.count)
        while offset < length {
            guard members.count < mostMembers else {
                throw Problem("ar.tooMany", "An ar archive has more than \(mostMembers) members")
            }
            let header = try read(offset, headerSize)
            guard header.count == headerSize else { throw truncated(offset) }
            let member = try member(header, at: offset)
            guard member.size <= length - member.offset else { throw truncated(offset) }
            members.append(member)
            // Content is padded to an even size; the last byte of padding may be missing.
            offset = member.offset + member.size + member.size % 2
        }
        return members
    }

    /// The members of an archive in memory.
    /// - Throws: as the other form.
    package static func members(of bytes: [UInt8]) throws -> [ArMember] {
        try members(length: Int64(bytes.count)) { offset, count in
            let start = Int(min(offset, Int64(bytes.count)))
            return Array(bytes[start...].prefix(count))
        }
    }

    /// An archive with time 0, owner 0 and mode 100644 throughout. Names of at most 16 ASCII characters.
    package static func encode(_ members: [(name: String, content: [UInt8])]) -> [UInt8] {
        var archive = magic
        for (name, content) in members {
            precondition((1...16).contains(name.utf8.count) && name.utf8.allSatisfy(isNameByte), "a name for ar")
            archive += field(name, 16) + field("0", 12) + field("0", 6) + field("0", 6) + field("100644", 8)
            archive += field("\(content.count)", 10) + Array("`\n".utf8) + content
            if content.count % 2 == 1 { archive.append(UInt8(ascii: "\n")) }
        }
        return archive
    }

    private static func member(_ header: [UInt8], at offset: Int64) throws -> ArMember {
        guard header[58...].elementsEqual("`\n".utf8), let size = size(header[48..<58]) else {
            throw Problem("ar.corrupt", "An ar header is damaged", why: "at byte \(offset)")
        }
        var name = header[..<16]
        while name.last == UInt8(ascii: " ") { name.removeLast() }
        let special = name.first == UInt8(ascii: "/") || name.starts(with: "#1/".utf8)
        if name.count > 1, name.last == UInt8(ascii: "/"), !special { name.removeLast() }
        guard !name.isEmpty, name.allSatisfy(isNameByte) else {
            throw Problem("ar.corrupt", "An ar member has no proper name", why: "header at byte \(offset)")
        }
        let text = String(decoding: name, as: UTF8.self)
        guard !special else {
            throw Problem("ar.unsupported", "Long names in ar archives are not supported", why: "member \(text)")
        }
        return ArMember(name: text, offset: offset + Int64(headerSize), size: size)
    }

    private static func size(_ field: ArraySlice<UInt8>) -> Int64? {
        let digits = field.prefix { $0 != UInt8(ascii: " ") }
        guard field[digits.endIndex...].allSatisfy({ $0 == UInt8(ascii: " ") }) else { return nil }
        return decimal(digits)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool { (0x21..<0x7f).contains(byte) }

    private static func field(_ text: String, _ width: Int) -> [UInt8] {
        Array(text.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: width - text.utf8.count)
    }

    private static func truncated(_ offset: Int64) -> Problem {
        Problem("ar.truncated", "An ar archive is cut short", why: "in the member at byte \(offset)")
    }
}
