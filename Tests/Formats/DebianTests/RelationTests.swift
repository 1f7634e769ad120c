// SPDX-License-Identifier: Apache-2.0
import PlinthDebian
import PlinthPackages
import PlinthTestSupport
import Testing

@Suite struct RelationTests {
    @Test(arguments: [
        ("", ""), ("a", "a"), ("a,b", "a, b"), (" a |b | c ,\n d", "a | b | c, d"),
        ("a (>= 1:2-3~x)", "a (>= 1:2-3~x)"),
        ("a(<<1)", "a (<< 1)"), ("a ( = 1 ) | b:any (>> 2)", "a (= 1) | b:any (>> 2)"), ("a:amd64", "a:amd64"),
        ("a (< 1), b (> 2)", "a (<= 1), b (>= 2)"), ("a (1.0)", "a (= 1.0)"), ("a, ", "a"),
        ("libstdc++6 (>= 4.1)", "libstdc++6 (>= 4.1)"),
    ])
    func parse(text: String, expected: String) throws {
        #expect(try RelationParser.parse(text).map(\.description).joined(separator: ", ") == expected)
    }

    @Test func values() throws {
        let groups = try RelationParser.parse("a:any (>= 1) | b")
        #expect(groups.count == 1)
        #expect(
            groups.first?.alternatives == [
                Requirement(name: "a", architecture: "any", comparison: .greaterOrEqual, version: "1"),
                Requirement(name: "b"),
            ])
    }

    @Test(
        arguments: [
            (",a", 0, .missingName), ("a,,b", 2, .missingName), ("a |", 3, .missingName), ("a | , b", 4, .missingName),
            ("a:", 2, .missingName), ("a b", 2, .garbage("b")), ("a (>= 1) x", 9, .garbage("x")),
            ("a )", 2, .garbage(")")),
            ("a (>= )", 6, .missingVersion), ("a (>= 1", 2, .unclosedParenthesis),
            ("a (>= 1 2)", 2, .unclosedParenthesis),
            ("a (=> 1)", 3, .badOperator("=>")), ("a (<<< 1)", 3, .badOperator("<<<")),
            ("a (== 1)", 3, .badOperator("==")),
            ("a [amd64]", 2, .sourceRestriction), ("a <!nocheck>", 2, .sourceRestriction), ("-a", 0, .badName("-a")),
            ("${misc:Depends}", 0, .badName("${misc")), ("é", 0, .badName("é")),
        ] as [(String, Int, RelationFault.Reason)])
    func refuse(text: String, offset: Int, reason: RelationFault.Reason) {
        #expect(throws: RelationFault(offset: offset, reason)) { try RelationParser.parse(text) }
    }

    @Test(
        arguments: [
            ("a | b", .conflicts, .alternativesNotAllowed), ("a | b", .breaks, .alternativesNotAllowed),
            ("a | b", .replaces, .alternativesNotAllowed), ("a | b", .provides, .alternativesNotAllowed),
            ("a (>= 1)", .provides, .inexactProvide),
        ] as [(String, RelationKind, RelationFault.Reason)])
    func rulesOfFields(text: String, kind: RelationKind, reason: RelationFault.Reason) throws {
        let fault = #expect(throws: RelationFault.self) { try RelationParser.parse(text, kind: kind) }
        #expect(fault?.reason == reason)
        #expect(throws: Never.self) { try RelationParser.parse("a (= 1), b:any", kind: kind) }
    }

    /// What is understood means the same after being written.
    @Test func mutations() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            let bytes = mutated(Array("a (>= 1) | b:any, c (<< 2~), d | e (= 1:1-1)".utf8), by: &generator)
            guard let groups = try? RelationParser.parse(String(decoding: bytes, as: UTF8.self)) else { continue }
            let text = groups.map(\.description).joined(separator: ", ")
            #expect(try RelationParser.parse(text) == groups)
        }
    }
}
