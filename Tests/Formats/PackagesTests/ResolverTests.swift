// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthPackages

/// A universe, a request, and the whole set that must come out.
struct Choice: Sendable, CustomTestStringConvertible {
    let name: String
    let universe: String
    let request: String
    let expected: String
    var searched = false

    var testDescription: String { name }
}

@Suite struct ResolverTests {
    @Test(arguments: choices) func choosesExactly(_ choice: Choice) throws {
        let install = try choice.request.split(separator: " ").map { try RequestedPackage(parsing: String($0)) }
        let resolution = try Resolver(TextUniverse(choice.universe).universe()).resolve(.init(install: install))
        #expect(listing(resolution) == choice.expected)
        #expect(resolution.wasSearched == choice.searched)
    }

    static let choices: [Choice] = [
        Choice(
            name: "dependencies of dependencies", universe: "a 1; needs b, c\nb 1; needs d\nc 1; pre d\nd 1\ne 1",
            request: "a", expected: "a=1 b=1 c=1 d=1"),
        Choice(
            name: "a circle", universe: "a 1; needs b\nb 1; needs c\nc 1; needs a", request: "b",
            expected: "a=1 b=1 c=1"),
        Choice(
            name: "the newest version", universe: "a 1\na 3\na 2", request: "a", expected: "a=3"),
        Choice(
            name: "the version that is asked for", universe: "a 1\na 3\na 2", request: "a=2", expected: "a=2"),
        Choice(
            name: "the newest that a pattern allows", universe: "a 1.2\na 1.2.7\na 1.3", request: "a=1.2*",
            expected: "a=1.2.7"),
        Choice(
            name: "at least a version", universe: "a 1\na 3", request: "a>=2", expected: "a=3"),
        Choice(
            name: "the first alternative", universe: "a 1; needs b | c\nb 1\nc 1", request: "a",
            expected: "a=1 b=1"),
        Choice(
            name: "an alternative that is there already", universe: "a 1; needs c, b | c\nb 1\nc 1", request: "a",
            expected: "a=1 c=1"),
        Choice(
            name: "an alternative that comes later is too late", universe: "a 1; needs b | c, c\nb 1\nc 1",
            request: "a", expected: "a=1 b=1 c=1"),
        Choice(
            name: "an alternative that exists", universe: "a 1; needs b (>= 2) | c\nb 1\nc 1", request: "a",
            expected: "a=1 c=1"),
        Choice(
            name: "an alternative that itself can be had", universe: "a 1; needs b | c\nb 1; needs gone\nc 1",
            request: "a", expected: "a=1 c=1"),
        Choice(
            name: "an alternative whose needs fail later",
            universe: "a 1; needs b | c\nb 1; needs d\nd 1; needs e\n"
                + "e 1; needs gone\nc 1", request: "a", expected: "a=1 c=1"),
        Choice(
            name: "a package rather than a provider", universe: "a 1; needs b\nb 1\nz 1; provides b; prio required",
            request: "a", expected: "a=1 b=1"),
        Choice(
            name: "the more important provider",
            universe: "a 1; needs v\nx 1; provides v; prio extra\n"
                + "y 1; provides v; prio standard\nz 1; provides v", request: "a", expected: "a=1 y=1"),
        Choice(
            name: "an essential provider",
            universe: "a 1; needs v\nx 1; provides v; essential\n"
                + "y 1; provides v; prio required", request: "a", expected: "a=1 x=1"),
        Choice(
            name: "of equal providers the later", universe: "a 1; needs v\nx 1; provides v\ny 1; provides v",
            request: "a", expected: "a=1 y=1"),
        Choice(
            name: "a provided version is compared",
            universe: "a 1; needs v (>= 2)\nx 1; provides v (= 2)\n"
                + "y 3; provides v (= 1)\nz 3; provides v", request: "a", expected: "a=1 x=1"),
        Choice(
            name: "the only provider of what is asked for", universe: "a 1; provides v", request: "v",
            expected: "a=1"),
        Choice(
            name: "no conflict with oneself", universe: "a 1; provides v; conflicts v, a\nb 1; needs v", request: "b",
            expected: "a=1 b=1"),
        Choice(
            name: "another alternative because of a conflict",
            universe: "a 1; needs b, c | d\nb 1; conflicts c\n"
                + "c 1\nd 1", request: "a", expected: "a=1 b=1 d=1"),
        Choice(
            name: "a conflict that names no version at hand", universe: "a 1; needs b\nb 2\nc 1; breaks b (<< 2)",
            request: "a c", expected: "a=1 b=2 c=1"),
        Choice(
            name: "a conflict with a provider", universe: "a 1; needs b | c\nb 1; provides v\nc 1\nd 1; conflicts v",
            request: "d a", expected: "a=1 c=1 d=1"),
        Choice(
            name: "a conflict with a provider that came first",
            universe: "a 1; needs b | c\nb 1; provides v\nc 1\nd 1; conflicts v", request: "a d",
            expected: "a=1 c=1 d=1", searched: true),
        Choice(
            name: "what is asked for first decides first", universe: "a 1; needs x | y\nb 1; needs y | x\nx 1\ny 1",
            request: "b a", expected: "a=1 b=1 y=1"),
        Choice(
            name: "an unversioned provider is not in a versioned conflict",
            universe: "a 1; provides v\nb 1; breaks v (<< 2)", request: "a b", expected: "a=1 b=1"),
        Choice(
            name: "a choice that has to be taken back", universe: "a 1; needs b | c, d\nb 1\nc 1\nd 1; conflicts b",
            request: "a", expected: "a=1 c=1 d=1", searched: true),
        Choice(
            name: "an older version where the newest will not do", universe: "a 1; needs b (<< 2)\nb 1\nb 2",
            request: "a", expected: "a=1 b=1", searched: true),
        Choice(
            name: "a choice deep down that has to be taken back",
            universe: "a 1; needs b, e\nb 1; needs c | d\nc 1; needs x | y\nd 1\nx 1; needs z\ny 1\nz 1\n"
                + "e 1; needs f\nf 1; conflicts c", request: "a", expected: "a=1 b=1 d=1 e=1 f=1", searched: true),
    ]

    /// Found at random: of two requirements that one choice violates, the second has to be remembered too.
    @Test func everyViolatedRequirementIsRemembered() throws {
        let universe = TextUniverse(
            """
            a 1; needs b | e | d (<< 3), d (>= 2)
            a 2; needs b | d (<< 1); breaks f
            b 1; needs f (= 1); provides d (= 1)
            b 2; needs c (>= 1)
            c 1; needs d (= 3) | e (= 3)
            c 2; needs d (>= 1) | d | e, f (= 3) | a (<< 1) | a; provides f (= 3)
            d 1; needs w, d (<< 1)
            d 2; conflicts b
            e 1; needs b, d (= 2) | f; breaks w; provides w
            e 2; needs e (<< 2) | d; conflicts d (= 1); provides a (= 1)
            f 1; needs v (<< 3) | b (>= 1) | a (= 3), c (>= 2) | f | f (= 2); conflicts a
            """
        ).universe()
        let resolution = try Resolver(universe).resolve(.init(install: [.init(name: "c"), .init(name: "b")]))
        #expect(listing(resolution) == "b=1 c=2 f=1")
        #expect(resolution.wasSearched)
    }

    @Test func recommendationsOnlyWhenAsked() throws {
        let universe = TextUniverse("a 1; wants b, gone, c\nb 1; wants d\nc 1; conflicts a\nd 1").universe()
        let install = [RequestedPackage(name: "a")]
        #expect(listing(try Resolver(universe).resolve(.init(install: install))) == "a=1")
        let all = try Resolver(universe).resolve(.init(install: install, includeRecommends: true))
        #expect(listing(all) == "a=1 b=1 d=1")
    }

    @Test func essentialPackagesOnlyWhenAsked() throws {
        let universe = TextUniverse("a 1\nb 1; essential; needs c\nc 1\nd 1").universe()
        let install = [RequestedPackage(name: "a")]
        #expect(listing(try Resolver(universe).resolve(.init(install: install))) == "a=1")
        let all = try Resolver(universe).resolve(.init(install: install, includeEssential: true))
        #expect(listing(all) == "a=1 b=1 c=1")
        #expect(all["b"]?.reason == .essential)
        #expect(all["a"]?.reason == .requested)
    }

    @Test func whatIsForbiddenStaysOut() throws {
        let universe = TextUniverse("a 1; needs b | c | d\nb 1\nc 1; provides v\nd 1").universe()
        let request = ResolveRequest(install: [RequestedPackage(name: "a")], forbid: ["b", "v"])
        #expect(listing(try Resolver(universe).resolve(request)) == "a=1 d=1")
    }

    @Test func aSubstituteGoesFirst() throws {
        let universe = TextUniverse("a 1; needs b | c\nb 1\nc 1\nd 1; needs b").universe()
        let substitutes = ["b": "c"]
        let one = ResolveRequest(install: [RequestedPackage(name: "a")], substitutes: substitutes)
        #expect(listing(try Resolver(universe).resolve(one)) == "a=1 c=1")
        let needed = ResolveRequest(install: [RequestedPackage(name: "d")], substitutes: substitutes)
        #expect(listing(try Resolver(universe).resolve(needed)) == "b=1 d=1")
    }

    @Test func someNamesHoldWithoutAPackage() throws {
        let universe = TextUniverse("a 1; needs b, c (>= 9), d | c\nb 1; pre c\nd 1").universe()
        let request = ResolveRequest(install: [RequestedPackage(name: "a")], satisfied: ["c"])
        let resolution = try Resolver(universe).resolve(request)
        #expect(listing(resolution) == "a=1 b=1")
        #expect(resolution.leftOut == [LeftOutName(name: "c", askedBy: ["a", "b"])])
    }

    @Test func reasonsLeadToTheRequest() throws {
        let universe = TextUniverse("a 1; needs b\nb 1; pre v | w\nc 1; provides v").universe()
        let resolution = try Resolver(universe).resolve(.init(install: [RequestedPackage(name: "a")]))
        #expect(resolution.chain(to: "c").map(\.record.name) == ["c", "b", "a"])
        #expect(resolution["c"]?.reason.description == "b Pre-Depends: v | w")
        #expect(resolution["b"]?.reason.description == "a Depends: b")
        #expect(resolution.chain(to: "nothing").isEmpty)
    }
}
