// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthDebian

private let digest = String(repeating: "0123456789abcdef", count: 4)

private func stanza(_ name: String, _ version: String = "1.0-1", _ more: String = "") -> String {
    """
    Package: \(name)
    Version: \(version)
    Architecture: amd64
    \(more)Filename: pool/\(name)_\(version).deb
    Size: 1234
    SHA256: \(digest)

    """
}

private func compile(_ stanzas: [String], window: Int = 1 << 20) throws -> [UInt8] {
    var compiler = PackagesIndexCompiler(place: "Packages", window: window)
    try compiler.add(MemorySource(Array(stanzas.joined(separator: "\n").utf8)))
    var bytes: [UInt8] = []
    try compiler.finish { piece in
        for index in piece.indices { bytes.append(piece[index]) }
    }
    return bytes
}

@Suite struct CompiledIndexTests {
    private let small = [
        stanza("b", "1", "Provides: mail, v (= 2)\nPriority: important\n"),
        stanza("a", "2", "Depends: b (>= 1) | c:any, d (<< 3)\nPre-Depends: e\nMulti-Arch: same\nEssential: yes\n"),
        stanza("b", "2", "Provides: mail\nSource: bee (2-0)\nInstalled-Size: 7\nProtected: yes\nSection: net\n"),
    ]

    @Test func lookups() throws {
        let index = try CompiledIndex(try compile(small))
        #expect(index.count == 3)
        #expect(try index.versions(of: "b").map { try index.record($0).version } == ["1", "2"])
        #expect(try index.versions(of: "c").isEmpty)
        #expect(try index.versions(of: "").isEmpty)
        #expect(try index.versions(of: "mail").isEmpty)
        #expect(try index.names() == ["b", "a"])
        #expect(try index.versions(of: "b").map { try index.version(of: $0) } == ["1", "2"])
        #expect(try index.essentials().map { try index.name(of: $0) } == ["a"])
        #expect(try index.names(includingProvided: true) == ["b", "mail", "v", "a"])
        #expect(try index.essentials().map { try index.record($0).name } == ["a"])
        #expect(try index.packages(priority: .important).map { try index.record($0).version } == ["1"])
        #expect(try index.packages(priority: .extra).count == 2)
        #expect(Array(index.packages).count == 3)
    }

    @Test func providers() throws {
        let index = try CompiledIndex(try compile(small))
        let mail = try index.providers(of: "mail")
        #expect(try mail.map { try index.record($0.package).version } == ["1", "2"])
        #expect(mail.map(\.version) == ["", ""])
        #expect(try index.providers(of: "v").map(\.version) == ["2"])
        #expect(try index.providers(of: "a").isEmpty)
        #expect(try index.providers(of: "nowhere").isEmpty)
    }

    @Test func mentions() throws {
        let index = try CompiledIndex(try compile(small))
        let order = try ["b", "mail", "v", "a", "e", "c", "d"].map { try index.firstMention(of: $0) }
        #expect(order == [0, 1, 2, 3, 4, 5, 6])
        #expect(try index.firstMention(of: "nowhere") == nil)
    }

    /// In the order in which apt reads fields, whatever their order in the stanza.
    @Test func mentionsWithinStanza() throws {
        let fields = ["Provides", "Enhances", "Replaces", "Suggests", "Recommends", "Breaks", "Conflicts", "Depends"]
        let lines = fields.map { "\($0): in-\($0)\n" }.joined() + "Pre-Depends: first\n"
        let index = try CompiledIndex(try compile([stanza("a", "1", lines)]))
        let names =
            ["a", "first"]
            + ["Depends", "Conflicts", "Breaks", "Recommends", "Suggests", "Replaces"].map { "in-\($0)" }
        let order = try (names + ["in-Enhances", "in-Provides"]).map { try index.firstMention(of: $0) }
        #expect(order == Array(0..<10))
        let record = try index.record(try #require(index.packages.first { _ in true }))
        #expect(record.relations.count == 8)
    }

    @Test func records() throws {
        let index = try CompiledIndex(try compile(small))
        let a = try index.record(try #require(try index.versions(of: "a").first))
        #expect(a.multiArch == .same)
        #expect(a.isEssential)
        #expect(!a.isProtected)
        #expect(a.priority == .extra)
        #expect(a.source == "a")
        #expect(a.sourceVersion == "2")
        #expect(a.relations[.depends]?.map(\.description) == ["b (>= 1) | c:any", "d (<< 3)"])
        #expect(a.relations[.preDepends]?.map(\.description) == ["e"])
        #expect(a.relations.count == 2)
        #expect(
            a.location
                == PackageLocation(
                    path: "pool/a_2.deb", size: ByteCount(1234), digest: try #require(Digest(hex: digest))))
        let b = try index.record(try #require(try index.versions(of: "b").last))
        #expect(b.source == "bee")
        #expect(b.sourceVersion == "2-0")
        #expect(b.isProtected)
        #expect(b.section == "net")
        #expect(b.architecture == "amd64")
        #expect(b.installedSize == ByteCount(7 * 1024))
    }

    /// The window through which the list is read does not show.
    @Test func windows() throws {
        let whole = try compile(small)
        for window in [1, 2, 7, 64, 200, 333] { #expect(try compile(small, window: window) == whole) }
    }

    @Test func emptyList() throws {
        for text in [[], ["\n\n"]] {
            let index = try CompiledIndex(try compile(text))
            #expect(index.count == 0)
            #expect(try index.names().isEmpty)
            #expect(try index.versions(of: "a").isEmpty)
        }
    }

    /// More names than the first tables hold.
    @Test func manyNames() throws {
        let count = 40_000
        let index = try CompiledIndex(try compile((0..<count).map { stanza("p\($0)", "\($0)", "Provides: q\($0)\n") }))
        #expect(index.count == count)
        for number in stride(from: 0, to: count, by: 997) {
            let found = try index.versions(of: "p\(number)")
            #expect(try found.map { try index.record($0).version } == ["\(number)"])
            #expect(try index.providers(of: "q\(number)").map(\.package) == found)
        }
    }

    @Test func mappedFile() throws {
        try withScratchDirectory { scratch in
            let path = scratch.appending("index")
            try writeFile(path, try compile(small))
            let index = try CompiledIndex(try MappedFile(path))
            #expect(try index.versions(of: "b").count == 2)
        }
    }

    @Test(arguments: [
        ("Version: 1\n", "Packages:1", "a stanza without a name: the field Package is missing"),
        (stanza("a").replacing("Version: 1.0-1\n", with: ""), "Packages:1", "package a: the field Version is missing"),
        (stanza("a", "1", "Depends: b c\n"), "Packages:4", "package a: the field Depends cannot be read: “c” stands"),
        (stanza("a", "1", "Provides: b (>> 1)\n"), "Packages:4", "only exact versions"),
        (stanza("a", "1", "Multi-Arch: maybe\n"), "Packages:4", "Multi-Arch cannot be “maybe”"),
        (stanza("a", "1", "Essential: perhaps\n"), "Packages:4", "Essential cannot be “perhaps”"),
        (stanza("a", "1", "Installed-Size: -1\n"), "Packages:4", "Installed-Size cannot be “-1”"),
        (stanza("a", "1", "Source: b (\n"), "Packages:4", "Source cannot be “b (”"),
        (stanza("a b"), "Packages:1", "Package cannot be “a b”"),
        (stanza("a", "1 2"), "Packages:2", "Version cannot be “1 2”"),
        (
            stanza("a").replacing("SHA256: \(digest)\n", with: ""), "Packages:1",
            "package a: the field SHA256 is missing"
        ),
        (stanza("a").replacing(digest, with: "12"), "Packages:6", "SHA256 cannot be “12”"),
        (stanza("a").replacing("1234\n", with: "99999999999999999999\n"), "Packages:5", "Size cannot be"),
        (stanza("a").replacing("pool/", with: "../"), "Packages:4", "Filename cannot be"),
        (stanza("a").replacing("pool/", with: "/"), "Packages:4", "Filename cannot be"),
        (stanza("a").replacing("pool/", with: "pool/../../"), "Packages:4", "Filename cannot be"),
    ])
    func badStanzas(text: String, place: String, why: String) throws {
        let problem = try #require(throws: Problem.self) { try compile([text]) }
        #expect(problem.code == "index.badStanza")
        #expect(problem.place == place)
        #expect(problem.why?.contains(why) == true, "\(problem)")
    }

    @Test(arguments: [
        ("Package: a\nnonsense\n", "Packages:2", "no colon"), ("Package: a\nPACKAGE: b\n", "Packages:2", "twice"),
        ("Package: a\r\n", "Packages:1", "CR LF"), (" x\n", "Packages:1", "continuation"),
    ])
    func badLines(text: String, place: String, why: String) throws {
        for window in [1, 1 << 20] {
            let problem = try #require(throws: Problem.self) {
                try compile([stanza("z") + "\n" + text], window: window)
            }
            #expect(problem.code == "index.syntax")
            #expect(problem.place == "Packages:\(7 + (Int(place.dropFirst(9)) ?? 0))")
            #expect(problem.why?.contains(why) == true)
        }
    }

    @Test func endlessStanza() throws {
        let text = "Package: a\nDescription: " + String(repeating: "x", count: PackagesIndexCompiler.stanzaLimit)
        let problem = try #require(throws: Problem.self) { try compile([text]) }
        #expect(problem.code == "index.tooLarge")
    }

    /// Whatever happens to a list, it gives an index or a problem.
    @Test func mutatedLists() throws {
        var generator = SeededGenerator(seed: 11)
        let seed = Array(small.joined(separator: "\n").utf8)
        for _ in 0..<1500 {
            var compiler = PackagesIndexCompiler(place: "x", window: 64)
            do {
                try compiler.add(MemorySource(mutated(seed, by: &generator)))
                var bytes: [UInt8] = []
                try compiler.finish { piece in
                    for index in piece.indices { bytes.append(piece[index]) }
                }
                try readEverything(try CompiledIndex(bytes))
            } catch {
                #expect(error is Problem)
            }
        }
    }

    /// Whatever happens to a compiled index, it is read in bounds, or called damaged.
    @Test func mutatedIndexes() throws {
        var generator = SeededGenerator(seed: 12)
        let seed = try compile(small)
        for _ in 0..<4000 {
            do {
                try readEverything(try CompiledIndex(mutated(seed, by: &generator)))
            } catch {
                #expect((error as? Problem)?.code == "index.damaged")
            }
        }
    }

    /// Words, not bytes, are damaged here: offsets and counts become huge.
    @Test func mutatedWords() throws {
        var generator = SeededGenerator(seed: 13)
        let seed = try compile(small)
        for _ in 0..<4000 {
            var bytes = seed
            let place = Int.random(in: 2..<bytes.count / 4, using: &generator) * 4
            let word =
                [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, UInt32.random(in: 0...99)].randomElement(
                    using: &generator) ?? 0
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(index))) }
            do {
                try readEverything(try CompiledIndex(bytes))
            } catch {
                #expect((error as? Problem)?.code == "index.damaged")
            }
        }
    }

    private func readEverything(_ index: CompiledIndex) throws {
        for name in try index.names(includingProvided: true) + ["a", "b", "mail"] {
            _ = try index.versions(of: name).prefix(10).map { try index.record($0) }
            _ = try index.providers(of: name)
        }
        _ = try index.essentials()
        _ = try index.packages(priority: .required)
        for package in index.packages.prefix(10) { _ = try index.record(package) }
    }
}

@Suite struct IndexFixtureTests {
    /// Other projects' test lists lack digests: each stanza is given one. The index says what the stanzas say.
    @Test func lists() throws {
        guard let root = Fixtures.path("debian") else { return }
        let found = try runProgram("find", [root.string, "-name", "*Packages*", "-type", "f", "!", "-name", "*.*z*"])
        for path in found.text.split(separator: "\n").map(String.init) {
            // One is no list at all.
            if path.contains("test_release/") {
                #expect(throws: Problem.self) {
                    try PackagesIndexCompiler.compile(FileSource(FilePath(path)), place: path)
                }
                continue
            }
            let stanzas = try Deb822Paragraph.parse(try readFile(FilePath(path)), allowsComments: true).map(completed)
            let bytes = try PackagesIndexCompiler.compile(MemorySource(DpkgStatus.file(stanzas)), place: path)
            let index = try CompiledIndex(bytes)
            #expect(index.count == stanzas.count)
            for stanza in stanzas { try compare(stanza, index) }
        }
    }

    private func completed(_ stanza: Deb822Paragraph) -> Deb822Paragraph {
        var stanza = stanza
        stanza["SHA256"] = digest
        if stanza["Filename"]?.isEmpty ?? true { stanza["Filename"] = "a.deb" }
        if stanza["Size"] == nil { stanza["Size"] = "1" }
        return stanza
    }

    private func compare(_ stanza: Deb822Paragraph, _ index: CompiledIndex) throws {
        let name = try #require(stanza["Package"])
        let records = try index.versions(of: name).map { try index.record($0) }
        #expect(
            records.contains { record in
                record.version == stanza["Version"] && record.architecture == stanza["Architecture"]
                    && RelationKind.allCases.allSatisfy { kind in
                        let expected = stanza[kind.description].flatMap { try? RelationParser.parse($0, kind: kind) }
                        return record.relations[kind] == expected
                    }
            }, "\(name)")
    }
}
