// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
package import PlinthCore

/// An `APKINDEX.tar.gz`, taken apart: signatures, what they sign, and the two files inside.
///
/// The members behind the signatures may be one or many.
package struct ApkIndexArchive: Sendable, Equatable {
    package let signatures: [ApkSignature]
    /// The bytes that the signatures sign: everything behind their member.
    package let signed: Range<Int>
    /// The content of `APKINDEX`.
    package let index: [UInt8]
    /// The content of `DESCRIPTION`, such as `v20230512-1-gabcdef`; empty when there is none.
    package let description: String

    /// The most that an index may unpack to; Alpine's largest has 9 MB.
    package static let limit: Int64 = 256 << 20

    /// - Parameter keyring: checks the signatures before anything else is decoded; nil to look at an index as it is.
    /// - Throws: `Problem` with code `apk.index` or `apk.version3`; what `verify`, the decoder and `TarReader` throw.
    package init(_ bytes: [UInt8], verifiedBy keyring: ApkKeyring? = nil, place: String) throws {
        guard try ApkFile.isGzip(bytes, place) else { throw Self.broken(place, "it does not begin as a gzip file") }
        (signatures, signed) = try placed(place) { try Self.signatures(bytes, place) }
        if let keyring { try keyring.verify(signatures, of: Array(bytes[signed]), place: place) }
        let rest = signed.lowerBound == 0 ? bytes : Array(bytes[signed])
        let files = try placed(place) { try Self.files(rest, place) }
        guard let index = files["APKINDEX"] else { throw Self.broken(place, "APKINDEX is missing") }
        self.index = index
        description = String(decoding: files["DESCRIPTION"] ?? [], as: UTF8.self)
    }

    private static func files(_ bytes: [UInt8], _ place: String) throws -> [String: [UInt8]] {
        let tar = TarReader(
            try GzipMembers(MemorySource(bytes), length: Int64(bytes.count), limit: limit), place: place)
        var files: [String: [UInt8]] = [:]
        while let entry = try tar.next() {
            // Signatures in the same member as the index cannot sign it; the others were taken off above.
            if entry.name.starts(with: ".SIGN.".utf8) { continue }
            let name = String(decoding: entry.name, as: UTF8.self)
            guard entry.kind == .file, name == "APKINDEX" || name == "DESCRIPTION" else {
                throw broken(place, "it holds “\(name)”")
            }
            guard files.updateValue(try tar.content(of: entry), forKey: name) == nil else {
                throw broken(place, "it holds \(name) twice")
            }
        }
        return files
    }

    /// Checks the signatures.
    /// - Parameter bytes: what this was made of.
    /// - Returns: the name of the key.
    /// - Throws: as `ApkKeyring.verify`.
    @discardableResult
    package func verify(_ bytes: [UInt8], by keyring: ApkKeyring, place: String) throws(Problem) -> String {
        try keyring.verify(signatures, of: Array(bytes[signed]), place: place)
    }

    /// The signatures, when the first member holds nothing else, and what lies behind it.
    private static func signatures(_ bytes: [UInt8], _ place: String) throws -> ([ApkSignature], Range<Int>) {
        let source = try GzipMemberSource(MemorySource(bytes), limit: limit)
        let tar = TarReader(source, place: place)
        while let entry = try tar.next() {
            guard entry.name.starts(with: ".SIGN.".utf8) else { return ([], 0..<bytes.count) }
        }
        let end = Int(source.consumed)
        let signatures = try ApkSignature.parse(member: Array(bytes[..<end]), place: place)
        return (signatures, end..<bytes.count)
    }

    private static func broken(_ place: String, _ why: String) -> Problem {
        Problem("apk.index", "Not a package index of apk 2", at: place, why: why)
    }
}
