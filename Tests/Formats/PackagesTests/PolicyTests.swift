// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthPackages

@Suite struct PolicyTests {
    private func resolve(_ text: String, _ request: String, _ priorities: [String: Int] = [:]) throws -> String {
        let universe = TextUniverse(text).universe(priorities: priorities)
        let resolution = try Resolver(universe).resolve(.init(install: [try RequestedPackage(parsing: request)]))
        return resolution.packages.map { "\($0.record.name)=\($0.record.version) \($0.source)" }.joined(separator: " ")
    }

    @Test func aHigherPinWinsOverANewerVersion() throws {
        let text = "a 1; in stable/main\na 2; in backports/main"
        #expect(try resolve(text, "a") == "a=2 backports/main")
        #expect(try resolve(text, "a", ["backports/main": 100]) == "a=1 stable/main")
        #expect(try resolve(text, "a", ["stable/main": 1000]) == "a=1 stable/main")
        #expect(try resolve(text, "a", ["stable/main": -1]) == "a=2 backports/main")
    }

    @Test func aSuiteCanBeAskedFor() throws {
        let text = "a 1; in stable/main\na 2; in backports/main"
        #expect(try resolve(text, "a/backports", ["backports/main": 100]) == "a=2 backports/main")
        #expect(try resolve(text, "a/stable/main") == "a=1 stable/main")
        #expect(throws: Problem.self) { try resolve(text, "a/back") }
    }

    @Test func theSameFileCountsOnceWithItsHighestPin() throws {
        let text = "a 1; in one/main\na 1; in two/main"
        #expect(try resolve(text, "a") == "a=1 one/main")
        #expect(try resolve(text, "a", ["two/main": 900]) == "a=1 two/main")
    }

    @Test func anEarlierSourceWinsAmongEquals() throws {
        var universe = TextUniverse("a 1; in one/main\na 1; in two/main")
        universe.records[1].record.location.digest = Digest.of([1])
        let resolution = try Resolver(universe.universe()).resolve(.init(install: [RequestedPackage(name: "a")]))
        #expect(resolution.packages.map(\.source) == ["one/main"])
    }

    @Test(arguments: [
        ("a:any", "a=1 b=1"), ("b:native", "b=1"), ("b:amd64", "b=1"), ("b:arm64 | c", "c=1"), ("d:any | c", "c=1"),
        ("v:any", "b=1"), ("w:any | c", "c=1"),
    ])
    func qualifiers(_ group: String, _ expected: String) throws {
        let text = """
            x 1; needs \(group)
            a 1; ma allowed; needs b
            b 1; ma allowed; provides v
            c 1; arch all
            d 1; ma foreign; provides w
            """
        let packages = try resolve(text, "x").split(separator: " ").filter { $0.contains("=") && $0 != "x=1" }
        #expect(packages.joined(separator: " ") == expected)
    }

    @Test func anotherArchitectureIsNotInTheWay() throws {
        let text =
            "a 1; conflicts b:arm64\nb 1\nc 1; needs a, b\nb 2; arch arm64\nd 1; conflicts b:any\n"
            + "e 1; needs b | f\nf 1"
        let resolution = try Resolver(TextUniverse(text).universe()).resolve(.init(install: [.init(name: "c")]))
        #expect(listing(resolution) == "a=1 b=1 c=1")
        let other = try Resolver(TextUniverse(text).universe()).resolve(
            .init(install: [.init(name: "d"), .init(name: "e")]))
        #expect(listing(other) == "d=1 e=1 f=1")
    }

    @Test(arguments: [
        ("redis=7*/stable", RequestedPackage(name: "redis", comparison: .equal, version: "7*", suite: "stable")),
        ("redis:arm64", RequestedPackage(name: "redis", architecture: "arm64")),
        ("a>=1:2-3", RequestedPackage(name: "a", comparison: .greaterOrEqual, version: "1:2-3")),
        ("a<<2", RequestedPackage(name: "a", comparison: .less, version: "2")),
        ("a<2", RequestedPackage(name: "a", comparison: .less, version: "2")),
        ("a:x=3/sid", RequestedPackage(name: "a", architecture: "x", comparison: .equal, version: "3", suite: "sid")),
    ])
    func requestsAreRead(_ text: String, _ expected: RequestedPackage) throws {
        #expect(try RequestedPackage(parsing: text) == expected)
    }

    @Test(arguments: ["", "=1", "a=", "a/", "a:", "a=>1", "a==1", "/x"])
    func badRequestsAreRefused(_ text: String) throws {
        let problem = try #require(throws: Problem.self) { try RequestedPackage(parsing: text) }
        #expect(problem.code == "resolve.badRequest")
    }

    @Test(arguments: [
        ("1.2.3", "1.2*", true), ("1.2", "1.2*", true), ("1.12", "1.2*", false), ("abc", "*b*", true),
        ("abc", "a?c", true), ("abc", "a?", false), ("", "*", true), ("aXbXc", "a*X?", true), ("a", "**a**", true),
    ])
    func patterns(_ text: String, _ glob: String, _ isMatch: Bool) {
        #expect(matches(Array(text.utf8), glob: Array(glob.utf8)) == isMatch)
    }
}
