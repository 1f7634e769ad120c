// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthPackages

/// A request that cannot be met, and every sentence that says why.
struct Contradiction: Sendable {
    let universe: String
    let request: String
    let sentences: [String]
}

@Suite struct ExplanationTests {
    private func problem(
        _ text: String, _ request: String, forbid: [String] = [], essential: Bool = false
    ) throws -> Problem {
        let install = try request.split(separator: " ").map { try RequestedPackage(parsing: String($0)) }
        return try #require(throws: Problem.self) {
            try Resolver(TextUniverse(text).universe()).resolve(
                .init(install: install, forbid: forbid, includeEssential: essential))
        }
    }

    private func sentences(_ problem: Problem) throws -> [String] {
        #expect(problem.code == "resolve.unsatisfiable")
        let cause = try #require(problem.cause as? UnsatisfiableRequest)
        return cause.requirements
    }

    @Test(arguments: [
        Contradiction(
            universe: "a 1; needs b (>= 2)\nb 2\nc 1; conflicts b\nx 1", request: "x a c",
            sentences: ["a (requested) needs b (>= 2)", "c (requested) conflicts with b"]),
        Contradiction(
            universe: "a 1; needs b\nb 1; needs c (>= 3)\nc 2", request: "a",
            sentences: ["a (requested) needs b", "b needs c (>= 3), but there is only c 2"]),
        Contradiction(
            universe: "a 1; needs gone | lost", request: "a",
            sentences: ["a (requested) needs gone | lost, which no source offers"]),
        Contradiction(
            universe: "a 1; breaks b (<< 3)\nb 2", request: "a b",
            sentences: ["a (requested) breaks b (<< 3), and that is requested"]),
        Contradiction(
            universe: "a 1; needs v\nx 1; provides v\ny 1; provides v\nb 1; conflicts v", request: "a b",
            sentences: [
                "a (requested) needs v", "b (requested) conflicts with v, which y provides",
                "b (requested) conflicts with v, which x provides",
            ]),
        Contradiction(
            universe: "a 1; needs c (= 1)\nb 1; needs c (= 2)\nc 1\nc 2", request: "a b",
            sentences: [
                "a (requested) needs c (= 1)", "b (requested) needs c (= 2)",
                "c can be installed in one version only: 1 or 2",
            ]),
        Contradiction(
            universe: "a 1; needs gone\na 2; needs gone", request: "a",
            sentences: ["a (requested) needs gone, which no source offers"]),
        Contradiction(
            universe: "a 1; needs gone\na 2; needs lost", request: "a",
            sentences: [
                "a 2 (requested) needs lost, which no source offers",
                "a 1 (requested) needs gone, which no source offers",
            ]),
        Contradiction(
            universe: "a 1\na 2", request: "a=1 a=2",
            sentences: ["a (= 1) and a (= 2) is requested, and no version is all of that"]),
        Contradiction(
            universe: "a 1; provides v; needs gone", request: "v",
            sentences: ["a (requested as v) needs gone, which no source offers"]),
    ])
    func saysWhatContradicts(_ contradiction: Contradiction) throws {
        let problem = try problem(contradiction.universe, contradiction.request)
        let found = try sentences(problem)
        #expect(found.sorted() == contradiction.sentences.sorted())
        #expect(problem.why == found.joined(separator: "; "))
    }

    @Test func saysWhatIsForbidden() throws {
        let text = "a 1; needs b\nb 1; provides v\ne 1; essential; conflicts a"
        #expect(try sentences(problem(text, "a", forbid: ["b"])) == ["a (requested) needs b", "b is forbidden (!b)"])
        #expect(
            try sentences(problem(text, "a", forbid: ["v"])) == [
                "a (requested) needs b", "b provides v, which is forbidden (!v)",
            ])
        #expect(
            try sentences(problem(text, "a", essential: true)) == [
                "e (essential) conflicts with a, and that is requested"
            ])
    }

    @Test func anUnknownNameGetsItsNeighbours() throws {
        let problem = try problem("redis-server 1\nredis-sentinel 1\nnginx 1", "redis-srever")
        #expect(problem.code == "resolve.unknownPackage")
        #expect(problem.hints == ["did you mean redis-server?"])
    }

    @Test func anUnknownNameMayExistElsewhere() throws {
        let problem = try problem("grub 1; arch i386\ngrub 2; arch amd64x\nb 1", "grub")
        #expect(problem.code == "resolve.unknownPackage")
        #expect(problem.hints.first == "it exists for amd64x, i386")
    }

    @Test func aVirtualNameListsItsProviders() throws {
        let problem = try problem("b 1; provides v\na 1; provides v", "v")
        #expect(problem.code == "resolve.virtualPackage")
        #expect(problem.why == "provided by a, b")
    }

    @Test func aMissingVersionListsWhatThereIs() throws {
        let problem = try problem("a 1\na 3; in other/main", "a=2")
        #expect(problem.code == "resolve.noSuchVersion")
        #expect(problem.why == "there is 3 from other/main, 1 from main")
    }

    @Test func anotherArchitectureIsRefused() throws {
        #expect(try problem("a 1; arch arm64", "a:arm64").code == "resolve.foreignArchitecture")
    }

    @Test func aDamagedSourceEndsTheResolve() throws {
        let universe = Universe(architecture: "amd64", sources: [DamagedSource()], compare: compareNumbers)
        let problem = try #require(throws: Problem.self) {
            try Resolver(universe).resolve(.init(install: [.init(name: "a")]))
        }
        #expect(problem.code == "index.damaged")
    }

    @Test func theSearchGivesUpAtItsLimit() throws {
        // Pigeons and holes: hard for every search of this kind.
        let pigeons = 0..<7
        let lines = pigeons.map { pigeon in
            "p\(pigeon) 1; needs " + (0..<6).map { "h\(pigeon)x\($0)" }.joined(separator: " | ")
        }
        let holes = pigeons.flatMap { pigeon in
            (0..<6).map { hole in
                "h\(pigeon)x\(hole) 1; provides hole\(hole); conflicts hole\(hole)"
            }
        }
        let universe = TextUniverse((lines + holes).joined(separator: "\n")).universe()
        let install = pigeons.map { RequestedPackage(name: "p\($0)") }
        let problem = try #require(throws: Problem.self) {
            try Resolver(universe, limit: 5).resolve(.init(install: install))
        }
        #expect(problem.code == "resolve.tooHard")
    }
}

private struct DamagedSource: PackageSource {
    let priority = 500
    let label = "main"

    func versions(of name: String) throws -> [PackageRecord] {
        if name == "a" { return TextUniverse("a 1; needs b").records.map(\.record) }
        throw Problem("index.damaged", "A compiled package list is damaged")
    }

    func providers(of name: String) -> [PackageRecord] { [] }
    func names() -> [String] { [] }
}
