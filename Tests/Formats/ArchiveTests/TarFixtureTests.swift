// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

@Suite(.enabled(if: Fixtures.root != nil))
struct TarFixtureTests {
    @Test(arguments: TarVector.all) func `other projects' archives`(vector: TarVector) throws {
        let path = try #require(Fixtures.root).appending(vector.path)
        var names: [String] = []
        let found = code { names = try unpack(source(path)).map { String(decoding: $0.entry.name, as: UTF8.self) } }
        switch vector.outcome {
        case .names(let expected): #expect(found == nil && names == expected)
        case .count(let expected): #expect(found == nil && names.count == expected)
        case .refused(let expected): #expect(found == expected)
        }
    }

    @Test func `attributes are read in either spelling`() throws {
        let folder = try #require(Fixtures.root).appending("archive/libarchive")
        for name in ["all", "schily", "libarchive"] {
            let file = try #require(try unpack(source(folder.appending("test_pax_xattr_header_\(name).tar"))).first)
            #expect(file.entry.attributes == ["user.data1": Array("ABCDEFG".utf8), "user.data2": Array("XYZ".utf8)])
        }
    }

    @Test(arguments: [
        "debian/apt-tests", "debian/python-apt", "debian/aptly", "debian/pault-go-debian", "alpine/apko", "oci", "rpm",
    ])
    func `everything else is read or refused with a problem`(folder: String) throws {
        let root = try #require(Fixtures.root).appending(folder)
        let known = ["ar.", "tar.", "archive.", "file."]
        for path in try files(below: root)
        where path.extension.map({ ["deb", "apk", "tar", "gz"].contains($0) }) ?? false {
            let found = code { try readWhole(path) }
            #expect(found == nil || known.contains { found?.hasPrefix($0) ?? false }, "\(path): \(found ?? "")")
        }
    }

    private func readWhole(_ path: FilePath) throws {
        guard path.extension == "deb" else {
            _ = try unpack(source(path))
            return
        }
        let bytes = try contents(of: path)
        for member in try ArArchive.members(of: bytes) where member.name.contains(".tar") {
            let content = Array(bytes[Int(member.offset)...].prefix(Int(member.size)))
            _ = try unpack(Decompressor(MemorySource(content), Compression.detect(content), limit: 1 << 28))
        }
    }

    private func source(_ path: FilePath) throws -> Decompressor {
        let start = try FileSource(path, length: 16).readAll(limit: 16)
        return try Decompressor(FileSource(path), Compression.detect(start), limit: 1 << 28)
    }

    private func files(below root: FilePath) throws -> [FilePath] {
        try withScratch { directory in
            try #require(shell("find '\(root)' -type f -size -1000k >list", in: directory))
            let list = String(decoding: try contents(of: directory.appending("list")), as: UTF8.self)
            return list.split(separator: "\n").map { FilePath(String($0)) }.sorted { $0.string < $1.string }
        }
    }
}
