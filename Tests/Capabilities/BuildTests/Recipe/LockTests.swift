// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports
import Testing

@testable import PlinthBuild

extension Lock {
    static func example(_ packages: [Package] = [.example("libc6", "2.36-9")], also others: [Platform] = []) -> Lock {
        Lock(
            recipe: Digest.of([1]), distribution: "debian:trixie", profile: "minimal", dependencies: "runtime",
            archives: [Archive(label: "trixie/main", release: Digest.of([2]), date: 1_760_000_000)],
            platforms: [Platform(architecture: "amd64", packages: packages, leftOut: nil)] + others,
            encoder: "libdeflate 1.23")
    }
}

extension Lock.Package {
    static func example(_ name: String, _ version: String) -> Lock.Package {
        Lock.Package(
            name: name, version: version, architecture: "amd64", source: name, sourceVersion: version,
            path: "pool/main/\(name)_\(version)_amd64.deb", size: ByteCount(1234),
            digest: Digest.of(Array(version.utf8)),
            archive: "trixie/main", reason: name)
    }
}

struct LockTests {
    @Test func `a lock comes back as it was, and its bytes too`() throws {
        var lock = Lock.example(also: [
            .init(
                architecture: "arm64", packages: [], leftOut: [.init(name: "debconf", askedBy: ["a", "b"], why: "…")])
        ])
        lock.archives.append(
            .init(label: "x/main", url: "https://example.org/debian", release: Digest.of([3]), date: 0))
        lock.recipe = nil
        let bytes = try lock.encoded()
        let again = try Lock.parse(bytes, name: "a.lock.json")
        #expect(again == lock)
        #expect(try again.encoded() == bytes)
    }

    @Test func `the file is sorted, indented and ends in a newline`() throws {
        let text = String(decoding: try Lock.example([]).encoded(), as: UTF8.self)
        #expect(
            text == """
                {
                  "archives" : [
                    {
                      "date" : 1760000000,
                      "label" : "trixie/main",
                      "release" : "\(Digest.of([2]))"
                    }
                  ],
                  "dependencies" : "runtime",
                  "distribution" : "debian:trixie",
                  "encoder" : "libdeflate 1.23",
                  "platforms" : [
                    {
                      "architecture" : "amd64",
                      "packages" : [

                      ]
                    }
                  ],
                  "profile" : "minimal",
                  "recipe" : "\(Digest.of([1]))",
                  "schema" : "plinth.lock/v1"
                }

                """)
    }

    @Test func `a package as a report says it`() {
        let report = Lock.Package.example("libc6", "2.36-9").report
        #expect(report.name == "libc6" && report.version == "2.36-9" && report.size == ByteCount(1234))
        #expect(report.archive == "trixie/main" && report.reason == "libc6" && report.source == "libc6")
    }

    @Test(
        arguments: [
            ("", "lock.damaged", "The given data was not valid JSON."), ("[]", "lock.damaged", "wrong type"),
            ("{}", "lock.damaged", "is missing"),
            ("{\"schema\": 1}", "lock.damaged", "is "),
            ("{\"schema\": \"plinth.lock/v2\"}", "lock.schema", "this version reads “plinth.lock/v1”"),
            ("{\"schema\": \"x\"}", "lock.schema", "its schema is “x”"),
            ("{\"schema\": \"plinth.lock/v1\"}", "lock.damaged", "is missing"),
        ])
    func `what is no lock is named`(text: String, code: String, why: String) throws {
        let problem = #expect(throws: Problem.self) { try Lock.parse(Array(text.utf8), name: "a.lock.json") }
        #expect(problem?.code == code)
        #expect(problem?.place == "a.lock.json")
        #expect(problem?.why?.contains(why) == true, "\(problem?.why ?? "")")
        #expect(problem?.hints.isEmpty == false)
    }

    @Test(
        arguments: [
            ("\"size\" : 1234", "\"size\" : -1", "size"), ("pool/main/libc6", "../../libc6", "path"),
            ("\"path\" : \"pool", "\"path\" : \"/pool", "path"), ("\"name\" : \"libc6\"", "\"name\" : \"a/b\"", "name"),
            ("\"version\" : \"2.36-9\"", "\"version\" : \"1 2\"", "version"),
            ("sha256:", "sha512:", "not a SHA-256 digest"),
            ("\"label\" : \"trixie/main\"", "\"label\" : \"other\"", "not listed"),
            ("\"amd64\",", "\"\",", "architecture"),
            ("\"size\" : 1234", "\"size\" : \"1234\"", "platforms[0].packages[0].size is of the wrong type"),
        ])
    func `a damaged lock names the place`(good: String, bad: String, why: String) throws {
        let text = String(decoding: try Lock.example().encoded(), as: UTF8.self)
        let damaged = text.split(separator: good, omittingEmptySubsequences: false).joined(separator: bad)
        #expect(damaged != text)
        let problem = #expect(throws: Problem.self) { try Lock.parse(Array(damaged.utf8), name: "a.lock.json") }
        #expect(problem?.code == "lock.damaged")
        #expect(problem?.why?.contains(why) == true, "\(problem?.why ?? "")")
    }

    @Test func `names must differ, and there is a platform`() throws {
        let package = Lock.Package.example("libc6", "1")
        let platform = Lock.Platform(architecture: "amd64", packages: [], leftOut: nil)
        #expect(Lock.example([package, package]).fault == "amd64 has libc6 twice")
        #expect(Lock.example([package], also: [platform]).fault == "it has amd64 twice")
        var empty = Lock.example()
        empty.platforms = []
        #expect(empty.fault == "it has no platforms")
        #expect(Lock.example().fault == nil)
    }

    @Test func `deep nesting is no danger`() throws {
        let text = "{\"schema\": " + String(repeating: "[", count: 100_000)
        #expect(throws: Problem.self) { try Lock.parse(Array(text.utf8), name: "a.lock.json") }
    }
}

struct LockDifferenceTests {
    private func lines(_ old: Lock?, _ new: Lock) -> [String] { LockDifference(from: old, to: new).lines }

    @Test func `what came, went and changed, by name`() {
        let old = Lock.example([.example("libc6", "2.36-9"), .example("libbar", "1.0"), .example("same", "1")])
        let new = Lock.example([.example("same", "1"), .example("libfoo", "1.2"), .example("libc6", "2.36-10")])
        #expect(lines(old, new) == ["- libbar 1.0", "~ libc6 2.36-9 → 2.36-10", "+ libfoo 1.2"])
        #expect(lines(nil, old) == ["+ libbar 1.0", "+ libc6 2.36-9", "+ same 1"])
        #expect(LockDifference(from: old, to: old).isEmpty)
    }

    @Test func `the same version with other bytes is a change`() {
        var other = Lock.Package.example("a", "1")
        other.digest = Digest.of([9])
        #expect(lines(.example([.example("a", "1")]), .example([other])) == ["~ a 1 (other bytes)"])
    }

    @Test func `architectures are named where there are several`() {
        let arm = Lock.Platform(architecture: "arm64", packages: [.example("b", "1")], leftOut: nil)
        let one = Lock.example([.example("a", "1")])
        let two = Lock.example([.example("a", "2")], also: [arm])
        #expect(lines(one, two) == ["amd64: ~ a 1 → 2", "arm64: + b 1"])
        #expect(lines(two, one) == ["amd64: ~ a 2 → 1", "arm64: - b 1"])
    }
}
