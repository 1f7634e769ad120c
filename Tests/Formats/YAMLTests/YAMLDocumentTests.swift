// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML
import Testing

func parse(_ text: String) throws -> YAMLDocument { try YAMLDocument.parse(Array(text.utf8), name: "a.yaml") }

/// A node without its positions: `{a: [b, "c"]}`, plain scalars bare and all others in quotes.
func sketch(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, isPlain: true): text
    case .scalar(let text, isPlain: false): "\"\(text)\""
    case .sequence(let nodes): "[" + nodes.map(sketch).joined(separator: ", ") + "]"
    case .mapping(let entries): "{" + entries.map { "\($0.name): \(sketch($0.value))" }.joined(separator: ", ") + "}"
    }
}

struct YAMLDocumentTests {
    @Test(
        arguments: [
            ("a: 1\nb: [x, 'y', \"z\\n\"]\n", "{a: 1, b: [x, \"y\", \"z\n\"]}"),
            ("- a\n-\n  - b\n- {c: d, e: }\n", "[a, [b], {c: d, e: }]"),
            ("a: |\n  one\n  two\nb: >-\n  one\n  two\n", "{a: \"one\ntwo\n\", b: \"one two\"}"),
            ("# only a comment\n", ""), ("", ""), ("---\n...\n", ""), ("a: '%b'\n", "{a: \"%b\"}"),
            ("a: yes\nb: 0o755\nc: ~\n", "{a: yes, b: 0o755, c: ~}"),
            ("a: 'it''s'\n", "{a: \"it's\"}"), ("a: b # c\n", "{a: b}"), ("a: b#c\n", "{a: b#c}"),
            ("{a: b}", "{a: b}"), ("\u{feff}a: b\n", "{a: b}"), ("a: b\r\nc:\r\n  - d\r\n", "{a: b, c: [d]}"),
            ("ключ: значение\n", "{ключ: значение}"), ("a: 😀\n", "{a: 😀}"), ("a:\tb\n", "{a: b}"),
            ("<<: a\n", "{<<: a}"),
        ])
    func `a document becomes values`(text: String, expected: String) throws {
        #expect(sketch(try parse(text).root) == expected)
    }

    @Test func `every value knows where it begins`() throws {
        let root = try parse("# first\na: 1\nb:\n  - 'x'\n  - {ü: y}\n").root
        guard case .mapping(let entries) = root.content, case .sequence(let elements) = entries[1].value.content,
            case .mapping(let inner) = elements[1].content
        else { throw Problem("test", "another shape") }
        #expect(root.position == YAMLPosition(line: 2, column: 1))
        #expect(entries[0].position == YAMLPosition(line: 2, column: 1))
        #expect(entries[0].value.position == YAMLPosition(line: 2, column: 4))
        #expect(elements.map(\.position) == [YAMLPosition(line: 4, column: 5), YAMLPosition(line: 5, column: 5)])
        #expect(inner[0].position == YAMLPosition(line: 5, column: 6))
        #expect(inner[0].value.position == YAMLPosition(line: 5, column: 9))
    }

    @Test func `a byte order mark moves nothing`() throws {
        guard case .mapping(let entries) = try parse("\u{feff}a: b").root.content else {
            throw Problem("test", "shape")
        }
        #expect(entries[0].value.position == YAMLPosition(line: 1, column: 4))
    }

    @Test(arguments: [
        ("", true), ("~", true), ("null", true), ("NULL", true), ("'~'", false), ("\"\"", false), ("0", false),
    ])
    func `what counts as nothing`(text: String, isNull: Bool) throws {
        #expect(try parse(text).root.isNull == isNull)
    }
}
