// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct DigestTests {
    private let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func `known digests`() {
        #expect(Digest.of([]).hex == empty)
        #expect(Digest.of(Array("abc".utf8)).hex == abc)
    }

    @Test func `a stream counts and gives the same in any pieces`() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        var stream = DigestStream()
        for start in Swift.stride(from: 0, to: 1000, by: 37) {
            let piece = Array(bytes[start..<min(start + 37, 1000)])
            stream.update(piece.span)
        }
        #expect(stream.count == 1000)
        #expect(stream.finish() == Digest.of(bytes))
    }

    @Test func `text comes back, and only of SHA-256`() throws {
        let digest = try #require(Digest(parsing: "sha256:\(abc)"))
        #expect(digest.description == "sha256:\(abc)")
        #expect(Digest(hex: abc.uppercased()) == digest)
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Set([digest, Digest.of(Array("abc".utf8))]).count == 1)
        for text in [
            "sha512:\(abc)", abc, "sha256:", "sha256:\(abc)0", "sha256:\(abc.dropLast())", "sha256:g\(abc.dropFirst())",
        ] {
            #expect(Digest(parsing: text) == nil, "\(text)")
        }
        #expect(Digest(bytes: [1, 2]) == nil)
    }

    @Test func `digests order as their hexadecimal text`() throws {
        let digests = (0..<50).map { Digest.of([$0]) }
        #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
    }

    @Test func `JSON holds the text`() throws {
        let digest = Digest.of([])
        let json = try JSONEncoder().encode([digest])
        #expect(String(decoding: json, as: UTF8.self) == "[\"sha256:\(empty)\"]")
        #expect(try JSONDecoder().decode([Digest].self, from: json) == [digest])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Digest].self, from: Data("[\"md5:0\"]".utf8)) }
    }
}
