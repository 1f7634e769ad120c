// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthTestSupport
import Testing

struct ApkResolverTests {
    /// `name-version depends… | provides… | install_if… | priority`, one a line.
    static func source(_ lines: String, tag: String? = nil) -> ApkSource {
        let records = lines.split(separator: "\n").map { line in
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            let words = parts[0].split(separator: " ").map(String.init)
            let cut = words[0].lastIndex(of: "-") ?? words[0].endIndex
            return ApkCandidate(
                name: String(words[0][..<cut]), version: String(words[0][cut...].dropFirst()),
                depends: words.dropFirst().joined(separator: " "), provides: parts.count > 1 ? parts[1] : "",
                installIf: parts.count > 2 ? parts[2] : "",
                providerPriority: parts.count > 3 ? Int(parts[3].filter { $0 != " " }) ?? 0 : 0, installedSize: 1)
        }
        return ApkSource(records: records, label: tag ?? "main", tag: tag)
    }

    static func resolve(_ words: String, _ sources: [ApkSource], installed: ApkSource? = nil) throws -> ApkResolution {
        let world = try ApkDependency.list(words)
        return try ApkResolver(architecture: "x86_64", sources: sources, installed: installed)
            .resolve(ApkRequest(world: world))
    }

    static func titles(_ resolution: ApkResolution) -> [String] {
        resolution.packages.map { "\($0.record.name)-\($0.record.version)\($0.tag.map { "@" + $0 } ?? "")" }
    }

    @Test(
        arguments: [
            ("newest", "a", "a-1\na-3\na-2", ["a-3"]),
            ("order of installation", "a", "a-1 b c\nb-1 c\nc-1", ["c-1", "b-1", "a-1"]),
            ("circle", "a", "a-1 b\nb-1 a", ["b-1", "a-1"]),
            ("older where the newer does not fit", "a b", "a-1\na-2 c>1\nb-1 c<2\nc-1\nc-2", ["a-1", "c-1", "b-1"]),
            ("provided name", "x", "a-1 | x=1\nb-1 | x=2", ["b-1"]),
            ("real name beside a newer provider", "x", "x-1\nb-1 | x=2", ["b-1"]),
            ("priority among names without version", "x", "a-1 | x | | 5\nb-1 | x | | 9\nc-1 | x", ["b-1"]),
            ("asked for anyway", "a x", "a-1 | x\nb-1 | x | | 9", ["a-1"]),
            ("any version of a bare name", "a-user", "a-1 | x\na-user-1 x>5 a", ["a-1", "a-user-1"]),
            ("install_if", "a b", "a-1\nb-1\ni-1 | | a=1 b\nj-1 | | a=2 b", ["a-1", "b-1", "i-1"]),
            ("install_if of what is not there", "a", "a-1\ni-1 | | a !b\nb-1", ["a-1", "i-1"]),
            ("forbidden", "a !b", "a-1 x\nb-1 | x=2\nc-1 | x=1", ["c-1", "a-1"]),
            ("identity of a name", "a~1.2", "a-1.2.9\na-1.3\na-1.2.10", ["a-1.2.10"]),
            ("self conflict", "a", "a-1 !x | x=1", ["a-1"]),
            ("empty world", "", "a-1", []),
        ] as [(String, String, String, [String])])
    func sets(_ what: String, words: String, index: String, expected: [String]) throws {
        #expect(try Self.titles(Self.resolve(words, [Self.source(index)])) == expected, "\(what)")
    }

    @Test func sourcesAndTags() throws {
        let main = Self.source("a-1 b\nb-1\nc-1")
        let edge = Self.source("a-2 b\nb-2\nc-2", tag: "edge")
        #expect(try Self.titles(Self.resolve("a", [main, edge])) == ["b-1", "a-1"])
        #expect(try Self.titles(Self.resolve("a@edge", [main, edge])) == ["b-1", "a-2@edge"])
        #expect(try Self.titles(Self.resolve("a@edge b@edge c", [main, edge])) == ["b-2@edge", "a-2@edge", "c-1"])
        let problem = #expect(throws: Problem.self) { try Self.resolve("c>1", [main, edge]) }
        #expect(problem?.code == "resolve.unsatisfiable")
        #expect(problem?.why == "c-2 is needed by the request c>1, but is only in @edge, which was not asked for")
        #expect(problem?.hints == ["write NAME@edge to take a package from there"])
    }

    @Test func sameInTwoSources() throws {
        let record = ApkCandidate(name: "a", version: "1", identity: "Q1EyN5AdpAOBJWKMR89pp/C66o+OE=")
        var twin = record
        twin.identity = "Q1EyN5AdpAOBJWKMR89pp/C66o+OG="
        let sources = [record, twin].map { ApkSource(records: [$0], label: "x") }
        #expect(try Self.resolve("a", sources).packages.map(\.sources) == [[0, 1]])
        let wish = "a><" + record.identity
        #expect(try Self.titles(Self.resolve(wish, sources)) == ["a-1"])
        #expect(throws: Problem.self) { try Self.resolve("a><Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=", sources) }
    }

    @Test func reasons() throws {
        let found = try Self.resolve("app", [Self.source("app-1 lib\nlib-1 deep\ndeep-1\ndoc-1 | | app=1 lib")])
        #expect(found.chain(to: "deep").map(\.record.name) == ["deep", "lib", "app"])
        #expect(found["app"]?.reason == .world(ApkDependency("app")))
        #expect(found["deep"]?.reason == .dependency(of: "lib", ApkDependency("deep")))
        #expect(found["doc"]?.reason.description == "install_if: app=1 lib")
        #expect(found.chain(to: "doc").map(\.record.name) == ["doc", "app"])
        #expect(found.chain(to: "absent").isEmpty)
    }

    @Test func installed() throws {
        let old = Self.source("a-1 b\nb-1\nc-1")
        let new = Self.source("a-2 b\nb-2\nd-1")
        let resolver = try ApkResolver(architecture: "x86_64", sources: [new], installed: old)
        let world = try ApkDependency.list("a d")
        func steps(_ preference: ApkPreference) throws -> [String] {
            try resolver.resolve(ApkRequest(world: world, preference: preference, marks: [])).changes.map {
                "\($0.kind) \($0.name) \($0.old ?? "") \($0.new ?? "")"
            }
        }
        #expect(try steps([]) == ["remove c 1 ", "keep b 1 1", "keep a 1 1", "install d  1"])
        #expect(try steps(.upgrade) == ["remove c 1 ", "upgrade b 1 2", "upgrade a 1 2", "install d  1"])
    }

    @Test func dropped() throws {
        let resolver = try ApkResolver(architecture: "x86_64", sources: [Self.source("a-1\nb-1 missing")])
        let request = ApkRequest(world: try ApkDependency.list("a b x"), dropsBroken: true)
        let found = try resolver.resolve(request)
        #expect(Self.titles(found) == ["a-1"])
        #expect(found.dropped.map(\.description) == ["b", "x"])
    }
}
