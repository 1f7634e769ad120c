// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import Testing

@testable import PlinthAlpine

/// What is said when there is no set, and that nobody's index makes us fall.
struct ApkRefusalTests {
    private static let index = ApkResolverTests.source(
        """
        redis-1 d<2.0
        nginx-1 d>1.5
        d-1.0
        d-2.0
        busybox-1 | sh
        dash-1 | sh
        user-1 sh
        """)

    private static func problem(_ words: String, _ sources: [ApkSource] = [index]) -> Problem? {
        #expect(throws: Problem.self) { try ApkResolverTests.resolve(words, sources) }
    }

    @Test(arguments: [
        ("reds", "resolve.unknownPackage", "no repository offers it"),
        ("busybox reds nginx", "resolve.unknownPackage", "no repository offers it"),
        ("sh", "resolve.virtualPackage", "sh, which the request sh needs, may be busybox or dash: name one of them"),
        ("user", "resolve.unsatisfiable", "sh, which user-1 (sh) needs, may be busybox or dash: name one of them"),
        ("d>7", "resolve.noSuchVersion", "there is d-1.0, d-2.0"),
        (
            "redis nginx busybox", "resolve.unsatisfiable",
            "d-2.0 is needed by nginx-1 (d>1.5), but is forbidden by redis-1 (d<2.0)"
        ),
        ("redis !d", "resolve.unsatisfiable", "d-1.0 is needed by redis-1 (d<2.0), but is forbidden by the request !d"),
    ])
    func words(_ words: String, code: String, why: String) throws {
        let problem = try #require(Self.problem(words))
        #expect(problem.code == code)
        #expect(problem.why == why)
        #expect(problem.cause is ApkConflict)
    }

    @Test func narrowed() throws {
        let conflict = try #require(Self.problem("dash busybox redis d nginx")?.cause as? ApkConflict)
        #expect(conflict.requests.map(\.description) == ["nginx", "redis"])
        #expect(Self.problem("reds")?.hints == ["did you mean redis?"])
    }

    @Test func foreignMachine() {
        let record = ApkCandidate(name: "a", version: "1", architecture: "s390x", installedSize: 1)
        let problem = Self.problem("a", [ApkSource(records: [record], label: "main")])
        #expect(problem?.why == "a-1 is needed by the request a, but is made for s390x")
    }

    @Test func tooMuch() throws {
        let source = ApkResolverTests.source("a-1")
        let many = #expect(throws: Problem.self) {
            try ApkResolver(architecture: "x86_64", sources: Array(repeating: source, count: 64))
        }
        #expect(many?.code == "resolve.source")
        let world = (0..<70).map { ApkDependency("a", tag: "tag\($0)") }
        let tags = #expect(throws: Problem.self) {
            try ApkResolver(architecture: "x86_64", sources: [source]).resolve(ApkRequest(world: world))
        }
        #expect(tags?.code == "resolve.badRequest")
    }

    /// A chain longer than any stack, and a circle of it.
    @Test func longChain() throws {
        let count = 20_000
        let lines = (0..<count).map { "p\($0)-1 p\(($0 + 1) % count)" }
        let found = try ApkResolverTests.resolve("p0", [ApkResolverTests.source(lines.joined(separator: "\n"))])
        #expect(found.packages.count == count)
        #expect(found.packages.last?.record.name == "p0")
    }

    /// Everything provides everything and needs everything.
    @Test func knot() throws {
        let all = (0..<60).map { "n\($0)" }.joined(separator: " ")
        let lines = (0..<60).map { "p\($0)-1 \(all) | \(all) | \(all)" }
        _ = try? ApkResolverTests.resolve("n1 n2 p3", [ApkResolverTests.source(lines.joined(separator: "\n"))])
    }

    @Test func budget() throws {
        let source = ApkResolverTests.source((0..<50).map { "a-\($0) b c" }.joined(separator: "\n") + "\nb-1\nc-1")
        let catalog = try ApkResolver(architecture: "x86_64", sources: [source]).catalog
        var copy = catalog
        let wish = Deduction.WorldEntry(dependency: copy.take(ApkDependency("a")), tag: 0, index: 0)
        var deduction = Deduction(catalog: copy, request: ApkRequest(world: [ApkDependency("a")]), world: [wish])
        deduction.budget = 40
        deduction.run()
        #expect(deduction.budget < 0)
    }

    /// The answer is the same when packages no one can reach come and go.
    @Test func unrelatedPackages() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<20 {
            let lines = (0..<30).map { number in
                let needs = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                    "p\(Int.random(in: 0..<30, using: &generator))"
                }
                return "p\(number)-\(Int.random(in: 1...3, using: &generator)) " + needs.joined(separator: " ")
            }
            let some = ApkResolverTests.source(lines.joined(separator: "\n"))
            let more = ApkResolverTests.source("q-1 p1\nq-2\n" + lines.joined(separator: "\n") + "\nz-1 p2 p3\n")
            let found = try ApkResolverTests.resolve("p0 p7 p20", [some])
            #expect(
                try ApkResolverTests.titles(ApkResolverTests.resolve("p0 p7 p20", [more]))
                    == ApkResolverTests.titles(found))
        }
    }
}
