// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

@Suite(.enabled(if: TestKey.isAvailable))
struct SuiteLoaderTests {
    static let one = [TestPackage("hello", "1.0", architecture: "amd64")]
    static let two = [TestPackage("hello", "2.0", architecture: "amd64")]

    @Test(arguments: [[TestCompression.none], [.gzip], [.xz], [.none, .gzip, .xz]], [true, false])
    func everyForm(_ forms: [TestCompression], _ byHash: Bool) async throws {
        try await SuiteBench.with { bench in
            bench.archive.indexForms = forms
            bench.archive.acquireByHash = byHash
            try bench.publish(Self.one)
            let suite = try await bench.load()
            #expect(try SuiteBench.offers(suite) == ["stable/main hello 1.0"])
            #expect(suite.date == 1_750_000_000)
            #expect(suite.release == Digest.of(try readFile(bench.root.appending("Release"))))
            #expect(
                suite.lockArchives == [.init(label: "stable/main", release: suite.release, date: 1_750_000_000)])
        }
    }

    /// Who signed with what, and what it is called.
    /// A snapshot or a small mirror has no folder of hashes, whatever its Release file says.
    @Test func byHashThatIsNotThere() async throws {
        try await SuiteBench.with { bench in
            try bench.publish(Self.one)
            removeTree(bench.root.appending("main/binary-amd64/by-hash"))
            #expect(try await bench.offers() == ["stable/main hello 1.0"])
        }
    }

    private static func sum(of bytes: [UInt8], like example: String) -> String {
        var stream = IndexSumStream(like: IndexSum(hex: example))
        stream.update(bytes.span)
        return stream.finish().hex
    }

    /// The examples of FIPS 180-4.
    @Test(arguments: [
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ])
    func sums(_ expected: String) {
        #expect(Self.sum(of: Array("abc".utf8), like: expected) == expected)
    }

    /// An archive may list SHA-512 and nothing else.
    @Test(arguments: [nil, "Packages", "Packages.xz"]) func onlyLongSums(_ damaged: String?) async throws {
        try await SuiteBench.with { bench in
            let bench = bench
            let list = Array(Self.stanza("a", "1", "amd64").utf8)
            var files = [("Packages", list)]
            if TestCompression.xz.isAvailable { files.append(("Packages.xz", try TestCompression.xz.compress(list))) }
            let folder = bench.root.appending("main/binary-amd64")
            var lines = ["Suite: stable", "Date: \(TestArchive.dateText(bench.archive.date))", "SHA512:"]
            for (name, bytes) in files {
                try writeFile(folder.appending(name), bytes)
                var sum = Self.sum(of: bytes, like: String(repeating: "0", count: 128))
                if name == damaged { sum = sum.replacing("0", with: "1") }
                lines.append(" \(sum) \(bytes.count) main/binary-amd64/\(name)")
            }
            try bench.archive.write(release: lines.map { $0 + "\n" }.joined(), to: bench.root, key: bench.key)
            if damaged == nil {
                #expect(try await bench.offers() == ["stable/main a 1"])
            } else if files.count == 2 {
                #expect(await awaitedCode { try await bench.load() } == "index.digest")
            }
        }
    }

    @Test func signatures() async throws {
        try await SuiteBench.with { bench in
            try bench.publish(Self.one)
            let inRelease = bench.root.appending("InRelease")
            let good = try readFile(inRelease)
            let text = String(decoding: good, as: UTF8.self)
            let changed = text.replacing("Suite: stable", with: "Suite: stabIe")
            try writeFile(inRelease, changed)
            #expect(await awaitedCode { try await bench.load() } == "signature.bad")
            try writeFile(inRelease, try readFile(bench.root.appending("Release")))
            #expect(await awaitedCode { try await bench.load() } == "signature.missing")
            try writeFile(inRelease, "nothing\n" + text)
            #expect(try await bench.offers() == ["stable/main hello 1.0"])
        }
    }

    @Test func signedByAnother() async throws {
        try await SuiteBench.with { bench in
            let bench = bench
            try bench.publish(Self.one)
            try await withAsyncTestKey("other") { other in
                let source = bench.source(keyrings: [other.keyring])
                #expect(await awaitedCode { try await bench.load(source) } == "signature.unknownKey")
                #expect(try await bench.offers(bench.source(keyrings: [other.keyring, bench.key.armoured])).count == 1)
                // What was accepted for the keys of one source says nothing to a source with other keys.
                _ = try await bench.load()
                #expect(await awaitedCode { try await bench.load(source) } == "signature.unknownKey")
                #expect(await awaitedCode { try await bench.load(source, offline: true) } == "fetch.offline")
            }
        }
    }

    @Test func detachedSignature() async throws {
        try await SuiteBench.with { bench in
            try bench.publish(Self.one)
            removeTree(bench.root.appending("InRelease"))
            #expect(try await bench.offers() == ["stable/main hello 1.0"])
            try SuiteBench.flipBit(bench.root.appending("Release"))
            #expect(await awaitedCode { try await bench.load(refresh: true) } == "signature.bad")
            removeTree(bench.root.appending("Release.gpg"))
            let problem = await #expect(throws: Problem.self) { try await bench.load(refresh: true) }
            #expect(problem?.code == "fetch.missing")
            #expect(problem?.hints.first == "the mirror must hold dists/stable/InRelease")
        }
    }

    @Test func otherSuite() async throws {
        try await SuiteBench.with { bench in
            try bench.publish(Self.one)
            try outputOf("cp", ["-r", bench.root.string, bench.archive.suiteDirectory("testing").string])
            #expect(await awaitedCode { try await bench.load(bench.source("testing")) } == "release.otherSuite")
        }
    }

    @Test(arguments: [(23, nil), (25, "release.future")] as [(Int64, String?)])
    func future(_ hours: Int64, _ expected: String?) async throws {
        try await SuiteBench.with { bench in
            bench.archive.date = SuiteBench.noon + hours * 3600
            try bench.publish(Self.one)
            #expect(await awaitedCode { try await bench.load() } == expected)
        }
    }

    @Test func rollback() async throws {
        try await SuiteBench.with { bench in
            try bench.publish(Self.two)
            _ = try await bench.load()
            bench.archive.date -= 1
            try bench.publish(Self.one)
            #expect(await awaitedCode { try await bench.load(at: SuiteBench.noon + 3600) } == "release.rollback")
            // What was seen before stays of use.
            #expect(try await bench.offers(at: SuiteBench.noon + 7200, offline: true) == ["stable/main hello 2.0"])
        }
    }

    @Test func expired() async throws {
        try await SuiteBench.with { bench in
            bench.archive.validUntil = SuiteBench.noon + 60
            try bench.publish(Self.one)
            #expect(try await bench.offers(at: SuiteBench.noon + 60).count == 1)
            // Remembered or asked again, it has expired.
            for refresh in [false, true] {
                let found = await awaitedCode { try await bench.load(at: SuiteBench.noon + 61, refresh: refresh) }
                #expect(found == "release.expired")
            }
            #expect(
                await awaitedCode { try await bench.load(at: SuiteBench.noon + 61, offline: true) } == "release.expired"
            )
            #expect(try await bench.offers(at: SuiteBench.noon + 61, ignoreValidUntil: true).count == 1)
            var snapshot = bench.source()
            snapshot.checkValidUntil = false
            #expect(try await bench.offers(snapshot, at: SuiteBench.noon + 61).count == 1)
        }
    }

    /// The archive changes after the first look; when is it noticed?
    @Test func freshness() async throws {
        try await SuiteBench.with { bench in
            let noon = SuiteBench.noon
            let (old, new) = (["stable/main hello 1.0"], ["stable/main hello 2.0"])
            try bench.publish(Self.one)
            #expect(await awaitedCode { try await bench.load(offline: true) } == "fetch.offline")
            #expect(try await bench.offers(at: noon) == old)
            bench.archive.date += 10
            try bench.publish(Self.two)
            #expect(try await bench.offers(at: noon + 3599) == old)
            #expect(try await bench.offers(at: noon + 100_000, offline: true) == old)
            #expect(try await bench.offers(at: noon + 3600) == new)
            bench.archive.date += 10
            try bench.publish(Self.one)
            #expect(try await bench.offers(at: noon + 3601) == new)
            #expect(try await bench.offers(at: noon + 3601, refresh: true) == old)
            bench.archive.date += 10
            try bench.publish(Self.two)
            // A clock that went back proves nothing.
            #expect(try await bench.offers(at: noon) == new)
        }
    }

    /// Within a run every architecture sees one state of the archive, even when it is asked anew.
    @Test func oneRunOneState() async throws {
        try await SuiteBench.with { bench in
            let bench = bench
            let lists = [
                "main/binary-amd64": Self.stanza("a", "1", "amd64"),
                "main/binary-arm64": Self.stanza("a", "1", "arm64"),
            ]
            try bench.publish(lists: lists, lines: ["Architectures: amd64 arm64"])
            try await Downloader.with(bench.store, FetchConfiguration()) { downloader in
                let loader = SuiteLoader(
                    store: bench.store, downloader: downloader, progress: NoProgress(), now: SuiteBench.noon,
                    freshness: Freshness(refresh: true, offline: false, ignoreValidUntil: false))
                let first = try await loader.load(bench.source(), architecture: "amd64")
                try bench.publish(lists: lists, lines: ["Architectures: amd64 arm64", "Label: changed"])
                let second = try await loader.load(bench.source(), architecture: "arm64")
                #expect(first.release == second.release)
            }
        }
    }

    static func stanza(_ name: String, _ version: String, _ architecture: String) -> String {
        let package = TestPackage(name, version, architecture: architecture)
        return TestArchive.stanza(package, path: "pool/\(name)_\(version).deb", Array(version.utf8))
    }

    static let split = [
        "main/binary-amd64": stanza("program", "1", "amd64"), "main/binary-all": stanza("data", "2", "all"),
    ]

    @Test(arguments: [
        (["Architectures: amd64 all"], ["stable/main data 2", "stable/main program 1"]),
        (
            ["Architectures: all amd64", "No-Support-for-Architecture-all: Contents"],
            ["stable/main data 2", "stable/main program 1"]
        ),
        (["Architectures: all amd64", "No-Support-for-Architecture-all: Packages"], ["stable/main program 1"]),
        (["Architectures: amd64"], ["stable/main program 1"]),
    ])
    func listOfAll(_ lines: [String], _ offers: [String]) async throws {
        try await SuiteBench.with { bench in
            try bench.publish(lists: Self.split, lines: lines)
            let suite = try await bench.load()
            #expect(try SuiteBench.offers(suite) == offers)
            #expect(suite.lockArchives.count == 1)
        }
    }

    @Test func onlyListOfAll() async throws {
        try await SuiteBench.with { bench in
            try bench.publish(
                lists: ["main/binary-all": Self.stanza("data", "2", "all")], lines: ["Architectures: all"])
            #expect(try await bench.offers(architecture: "arm64") == ["stable/main data 2"])
        }
    }

    @Test func missingLists() async throws {
        try await SuiteBench.with { bench in
            let bench = bench
            let lists = [
                "main/binary-amd64": Self.stanza("a", "1", "amd64"), "main/binary-all": Self.stanza("b", "1", "all"),
                "non-free/binary-arm64": Self.stanza("c", "1", "arm64"), "main/debian-installer/binary-amd64": "",
                "updates/main/binary-s390x": Self.stanza("d", "1", "s390x"),
            ]
            try bench.publish(lists: lists, lines: ["Architectures: amd64"])
            func hint(_ component: String, _ architecture: String) async -> String? {
                let source = bench.source(components: [component])
                let problem = await #expect(throws: Problem.self) {
                    try await bench.load(source, architecture: architecture)
                }
                #expect(problem?.code == "index.missing")
                return problem?.hints.first
            }
            #expect(await hint("main", "arm64") == "it has amd64")
            #expect(await hint("contrib", "amd64") == "it has main, non-free, updates/main")
            #expect(await hint("non-free", "amd64") == "it has arm64")
            #expect(
                try await bench.offers(bench.source(components: ["updates/main"]), architecture: "s390x").count == 1)
        }
    }

    /// What was asked for one recipe's components serves another's.
    @Test func otherComponentsWithinTheHour() async throws {
        try await SuiteBench.with { bench in
            let lists = [
                "main/binary-amd64": Self.stanza("a", "1", "amd64"),
                "extra/binary-amd64": Self.stanza("b", "1", "amd64"),
            ]
            try bench.publish(lists: lists, lines: ["Architectures: amd64"])
            #expect(try await bench.offers() == ["stable/main a 1"])
            let both = bench.source(components: ["extra", "main"])
            #expect(try await bench.offers(both) == ["stable/extra b 1", "stable/main a 1"])
        }
    }

    @Test func damagedIndex() async throws {
        try await SuiteBench.with { bench in
            bench.archive.acquireByHash = false
            try bench.publish(Self.one)
            let packages = bench.root.appending("main/binary-amd64/Packages.xz")
            let good = try readFile(packages)
            try SuiteBench.flipBit(packages)
            #expect(await awaitedCode { try await bench.load() } == "fetch.digest")
            try writeFile(packages, Array(good.dropLast()))
            #expect(await awaitedCode { try await bench.load() } == "fetch.size")
            try writeFile(packages, good)
            #expect(try await bench.offers().count == 1)
        }
    }

    /// The compressed file is as signed, and what comes out of it is not.
    @Test(.enabled(if: TestCompression.xz.isAvailable), arguments: [0, 1])
    func otherText(_ extra: Int) async throws {
        try await SuiteBench.with { bench in
            let list = Array(Self.stanza("a", "1", "amd64").utf8)
            let packed = try TestCompression.xz.compress(list)
            let folder = bench.root.appending("main/binary-amd64")
            try writeFile(folder.appending("Packages.xz"), packed)
            let wrong = Digest.of([1]).hex
            let release = """
                Suite: stable
                Date: \(TestArchive.dateText(1_750_000_000))
                Architectures: amd64
                SHA256:
                 \(wrong) \(list.count - extra) main/binary-amd64/Packages
                 \(Digest.of(packed).hex) \(packed.count) main/binary-amd64/Packages.xz

                """
            try bench.archive.write(release: release, to: bench.root, key: bench.key)
            let found = await awaitedCode { try await bench.load() }
            #expect(found == (extra == 0 ? "index.digest" : "archive.bomb"))
        }
    }

    @Test func damagedCompiledIndex() async throws {
        try await SuiteBench.with { bench in
            try bench.publish(Self.one)
            let first = try await bench.offers()
            let files = try outputOf("find", [bench.store.home.string, "-name", "*.index"])
            let compiled = FilePath(String(decoding: files, as: UTF8.self).split(separator: "\n").map(String.init)[0])
            let size = try readFile(compiled).count
            for place in [0, 8, size / 2, size - 41] {
                try SuiteBench.flipBit(compiled, at: place)
                #expect(try await bench.offers() == first)
            }
        }
    }

    @Test func damagedState() async throws {
        try await SuiteBench.with { bench in
            try bench.publish(Self.one)
            let first = try await bench.offers()
            let files = try outputOf("find", [bench.store.home.appending("indexes").string, "-name", "*.json"])
            let state = FilePath(String(decoding: files, as: UTF8.self).split(separator: "\n").map(String.init)[0])
            try SuiteBench.flipBit(state)
            #expect(try await bench.offers() == first)
            let sums = try outputOf("find", [bench.store.home.appending("indexes").string, "-name", "*.crc"])
            try SuiteBench.flipBit(
                FilePath(String(decoding: sums, as: UTF8.self).split(separator: "\n").map(String.init)[0]))
            #expect(try await bench.offers() == first)
        }
    }
}
