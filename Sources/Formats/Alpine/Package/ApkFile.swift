// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore

/// Where the parts of a package of apk 2 lie: gzip members one behind the other, whose ends only decoding tells.
///
/// The part of the data may be several members. See apk-v2(5).
package struct ApkFile: Sendable, Equatable {
    /// A stretch of the file that holds compressed tar.
    package struct Part: Sendable, Equatable {
        /// From the start of the file.
        package let offset: Int64
        package let size: Int64

        package var end: Int64 { offset + size }
    }

    /// nil in a package that nobody signed.
    package let signature: Part?
    package let control: Part
    package let data: Part

    /// The most that the signatures, or the control data, may unpack to.
    static let controlLimit: Int64 = 64 << 20

    /// Decodes the members before the data.
    /// - Parameters:
    ///   - length: bytes of the file.
    ///   - read: gives `count` bytes from an offset, fewer at the end.
    /// - Throws: `Problem` with code `apk.format`, or `apk.version3` for a package of apk 3; what `GzipMemberSource`,
    ///   `TarReader` and `read` throw.
    package init(
        length: Int64, place: String, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws {
        guard try Self.isGzip(try read(0, 4), place) else {
            throw Self.broken(place, "it does not begin as a gzip file")
        }
        try self = withoutActuallyEscaping(read) { read in
            var scout = ApkScout(length: length, place: place, read: read)
            var first = try scout.next()
            var signature: Part?
            if first.isSignature {
                signature = first.part
                first = try scout.next()
            }
            guard first.isControl, first.part.end < length else {
                throw Self.broken(place, first.isControl ? "it has no data" : "its control data is missing")
            }
            let data = Part(offset: first.part.end, size: length - first.part.end)
            return ApkFile(signature: signature, control: first.part, data: data)
        }
    }

    init(signature: Part?, control: Part, data: Part) {
        self.signature = signature
        self.control = control
        self.data = data
    }

    /// - Throws: `apk.version3` for the blocks of apk 3.
    static func isGzip(_ bytes: [UInt8], _ place: String) throws(Problem) -> Bool {
        if bytes.starts(with: "ADB".utf8) {
            throw Problem(
                "apk.version3", "Packages and indexes of apk 3 are not supported yet", at: place,
                why: "the file begins as an ADB container", hints: ["repositories of version 2 have APKINDEX.tar.gz"])
        }
        return bytes.starts(with: [0x1f, 0x8b])
    }

    static func broken(_ place: String, _ why: String) -> Problem {
        Problem("apk.format", "Not a package of apk 2", at: place, why: why)
    }
}

extension ApkFile {
    /// The signatures; none for a package that nobody signed.
    /// - Throws: what `ApkSignature.parse` and `read` throw.
    package func signatures(
        place: String, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws -> [ApkSignature] {
        guard let signature else { return [] }
        return try ApkSignature.parse(member: try read(signature.offset, Int(signature.size)), place: place)
    }

    /// The control data. Whether it is to be trusted, `ApkControl.check` tells by an index, or `verify` by a signature.
    /// - Throws: what `ApkControl` and `read` throw.
    package func control(
        place: String, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws -> ApkControl {
        let member = try read(control.offset, Int(control.size))
        return try ApkControl(member, fileSize: ByteCount(data.end), place: place)
    }

    /// Checks the signature over the control data; that the data fits it, `ApkDataReader` checks.
    /// - Returns: the name of the key.
    /// - Throws: what `ApkKeyring.verify` and `read` throw.
    @discardableResult
    package func verify(
        by keyring: ApkKeyring, place: String, read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws -> String {
        try keyring.verify(
            try signatures(place: place, read: read), of: try read(control.offset, Int(control.size)), place: place)
    }

    /// A package in memory.
    /// - Throws: as the other form.
    package init(_ bytes: [UInt8], place: String) throws {
        try self.init(length: Int64(bytes.count), place: place) { offset, count in
            let start = Int(min(offset, Int64(bytes.count)))
            return Array(bytes[start..<(start + min(count, bytes.count - start))])
        }
    }
}

/// Gives the problems of decoders, which do not know whose bytes they have, the name of the file.
func placed<Result>(_ place: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let problem as Problem { throw problem.at(place) }
}

/// Decodes one member after the other to find its end.
private struct ApkScout {
    struct Found {
        let part: ApkFile.Part
        /// Every entry is a signature, or every entry is one of control data.
        let isSignature: Bool
        let isControl: Bool
    }

    let length: Int64
    let place: String
    let read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    private var offset: Int64 = 0

    init(length: Int64, place: String, read: @escaping (_ offset: Int64, _ count: Int) throws -> [UInt8]) {
        self.length = length
        self.place = place
        self.read = read
    }

    mutating func next() throws -> Found {
        let source = try GzipMemberSource(ReadingSource(from: offset, read), limit: ApkFile.controlLimit)
        var names: [[UInt8]] = []
        try placed(place) {
            let tar = TarReader(source, place: place)
            while let entry = try tar.next() {
                names.append(entry.name)
                // The data of one that has no control data ends this early.
                guard names.count < 1000, entry.name.first == UInt8(ascii: ".") else { break }
            }
        }
        let isSignature = !names.isEmpty && names.allSatisfy { $0.starts(with: ".SIGN.".utf8) }
        let isControl = !isSignature && names.contains(Array(".PKGINFO".utf8)) && names.allSatisfy(Self.isHidden)
        let part = ApkFile.Part(offset: offset, size: source.consumed)
        offset += source.consumed
        return Found(part: part, isSignature: isSignature, isControl: isControl)
    }

    private static func isHidden(_ name: [UInt8]) -> Bool {
        name.first == UInt8(ascii: ".") && !name.contains(UInt8(ascii: "/"))
    }
}

/// A file that is read by offset, from front to back.
private final class ReadingSource: ByteSource {
    private let read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    private var offset: Int64

    init(from offset: Int64, _ read: @escaping (_ offset: Int64, _ count: Int) throws -> [UInt8]) {
        self.offset = offset
        self.read = read
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let bytes = try read(offset, buffer.count)
        let count = min(bytes.count, buffer.count)
        for index in 0..<count { buffer[index] = bytes[index] }
        offset += Int64(count)
        return count
    }
}
