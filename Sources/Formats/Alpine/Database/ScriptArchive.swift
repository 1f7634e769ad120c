// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore

/// `lib/apk/db/scripts.tar`: the scripts of the packages that are there.
package enum ScriptArchive {
    package struct Script: Hashable, Sendable {
        package var name: String
        package var version: String
        package var checksum: ApkChecksum
        package var kind: ApkScript
        /// Seconds since 1970: the time when the package was built.
        package var modified: Int64
        package var content: [UInt8]

        package init(
            name: String, version: String, checksum: ApkChecksum, kind: ApkScript, modified: Int64, content: [UInt8]
        ) {
            self.name = name
            self.version = version
            self.checksum = checksum
            self.kind = kind
            self.modified = modified
            self.content = content
        }

        /// Such as `busybox-1.36.1-r29.Q1yY8lhMF1VhgegJgkcXfqaNabDJw=.trigger`; a slash of base 64 stays one.
        var fileName: String { "\(name)-\(version).\(checksum).\(kind.rawValue)" }
    }

    /// The scripts of a package, in apk's order.
    package static func scripts(of control: ApkControl) -> [Script] {
        guard let checksum = control.record.checksum else { return [] }
        return control.scripts.sorted { $0.key < $1.key }.map { kind, content in
            Script(
                name: control.record.name, version: control.record.version, checksum: checksum, kind: kind,
                modified: control.record.buildTime, content: content)
        }
    }

    /// The most that the scripts of a system may have together.
    private static let limit: Int64 = 256 << 20

    /// The scripts of an archive in its order; what is no script is passed over, as apk does.
    /// - Throws: `Problem` with code `apk.syntax`; what `TarReader` throws.
    package static func parse(_ bytes: [UInt8], place: String) throws -> [Script] {
        let tar = TarReader(MemorySource(bytes), place: place)
        var scripts: [Script] = []
        while let entry = try tar.next() {
            guard entry.kind == .file, var script = script(named: entry.name) else { continue }
            guard entry.size <= limit else {
                throw Problem(
                    "apk.syntax", "A package database cannot be read", at: place,
                    why: "the script \(script.fileName) is too long")
            }
            script.modified = entry.modified
            script.content = try tar.content(of: entry)
            scripts.append(script)
        }
        return scripts
    }

    private static func script(named bytes: [UInt8]) -> Script? {
        guard let last = bytes.lastIndex(of: UInt8(ascii: ".")),
            let kind = ApkScript(rawValue: String(decoding: bytes[(last + 1)...], as: UTF8.self)),
            let cut = bytes[..<last].lastIndex(of: UInt8(ascii: ".")),
            let checksum = ApkChecksum(text: bytes[(cut + 1)..<last]),
            let hyphen = bytes[..<cut].indices.dropLast().last(where: { isCut(bytes, $0) })
        else { return nil }
        return Script(
            name: String(decoding: bytes[..<hyphen], as: UTF8.self),
            version: String(decoding: bytes[(hyphen + 1)..<cut], as: UTF8.self), checksum: checksum, kind: kind,
            modified: 0, content: [])
    }

    /// Name and version are cut at the last hyphen before a digit.
    private static func isCut(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes[index] == UInt8(ascii: "-") && (0x30...0x39).contains(bytes[index + 1])
    }

    /// The archive, byte for byte as apk 2.14 writes it, in the order given.
    package static func file(_ scripts: [Script]) -> [UInt8] {
        var result: [UInt8] = []
        for script in scripts {
            result += header(script)
            result += script.content
            result += [UInt8](repeating: 0, count: TarHeader.padding(after: Int64(script.content.count)))
        }
        return result + TarHeader.endOfArchive
    }

    /// The old GNU form with user and group names, which apk writes and layers never have.
    private static func header(_ script: Script) -> [UInt8] {
        // apk cuts longer names, and never finds those scripts again; nor does anybody else.
        var block = field(Array(script.fileName.utf8.prefix(100)), 100)
        block += octal(0o755, 8) + octal(0, 8) + octal(0, 8)
        block += digits(Int64(script.content.count), 12) + digits(max(0, script.modified), 12)
        block += field(Array("        0".utf8), 9) + field([], 100) + field(Array("ustar  ".utf8), 8)
        block += field(Array("root".utf8), 32) + field(Array("root".utf8), 32)
        block += [UInt8](repeating: 0, count: 512 - block.count)
        let sum = block.reduce(Int64(0)) { $0 + Int64($1) }
        block.replaceSubrange(148..<156, with: octal(sum, 7) + [UInt8(ascii: " ")])
        return block
    }

    private static func field(_ bytes: [UInt8], _ width: Int) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: width - bytes.count)
    }

    /// Zero-padded octal digits and a NUL.
    private static func octal(_ value: Int64, _ width: Int) -> [UInt8] { digits(value, width - 1) + [0] }

    /// Zero-padded octal digits that fill the field: apk ends sizes and times with nothing.
    private static func digits(_ value: Int64, _ width: Int) -> [UInt8] {
        (1...width).map { 0x30 + UInt8(truncatingIfNeeded: value >> Int64(3 * (width - $0)) & 7) }
    }
}
