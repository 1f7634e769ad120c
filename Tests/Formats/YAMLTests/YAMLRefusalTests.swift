// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML
import Testing

/// Everything a person is told, in one text.
private func told(_ bytes: [UInt8]) -> String {
    do {
        return "read: " + sketch(try YAMLDocument.parse(bytes, name: "a.yaml").root)
    } catch let problem as Problem {
        let hints = problem.hints.map { "hint: \($0)" }
        return (["\(problem.code): \(problem.what)", problem.place ?? "", problem.why ?? ""] + hints)
            .joined(separator: "\n")
    } catch {
        return "\(error)"
    }
}

struct YAMLRefusalTests {
    @Test func `a syntax error shows its line`() {
        #expect(
            told(Array("a: 1\nb: [x, y\nc: 2\n".utf8)) == """
                yaml.syntax: The file is not YAML
                a.yaml:3:2
                while parsing a flow sequence: did not find expected ',' or ']'
                3 | c: 2
                  |  ^
                """)
    }

    @Test func `a key that stands twice`() {
        #expect(
            told(Array("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n".utf8)) == """
                yaml.duplicateKey: The key “c” stands here twice
                a.yaml:5:3
                5 |   c: 3
                  |   ^
                hint: it is on line 3 too
                """)
    }

    @Test func `a tag, which is often a forgotten quote`() {
        #expect(
            told(Array("packages:\n  - nginx\n  - !perl\n".utf8)) == """
                yaml.tag: Tags are not read
                a.yaml:3:5
                3 |   - !perl
                  |     ^
                hint: a word that begins with ! needs quotes: '!name'
                """)
    }

    @Test func `an anchor, before any alias can multiply it`() {
        #expect(
            told(Array("a: &x [1]\nb: *x\n".utf8)) == """
                yaml.alias: Anchors (&) and aliases (*) are not read
                a.yaml:1:4
                1 | a: &x [1]
                  |    ^
                hint: write the value out
                hint: a word that begins with & or * needs quotes
                """)
    }

    @Test func `a second document`() {
        #expect(
            told(Array("a: 1\n---\nb: 2\n".utf8)) == """
                yaml.severalDocuments: The file has a second document
                a.yaml:2:1
                2 | ---
                  | ^
                hint: keep one document in a file
                """)
    }

    @Test func `bytes that are no text`() {
        #expect(
            told(Array("a: 1\nb: ".utf8) + [0xc3, 0x28]) == """
                yaml.notUTF8: The file is not UTF-8
                a.yaml:2:4
                2 | b: �(
                  |    ^
                """)
        #expect(
            told(Array("a: x\0y\n".utf8)) == """
                yaml.controlCharacter: The file has a control character
                a.yaml:1:5
                byte 0x00
                1 | a: x·y
                  |     ^
                """)
    }

    @Test(
        arguments: [
            ("? [a]\n: b\n", "yaml.key"), ("{[a]: b}", "yaml.key"), ("!!str a", "yaml.tag"), ("a: ! b", "yaml.tag"),
            ("!!map {a: b}", "yaml.tag"), ("!!seq [a]", "yaml.tag"), ("&a b: c", "yaml.alias"),
            ("*a : b", "yaml.alias"),
            ("a: *b", "yaml.alias"), ("a: b: c", "yaml.syntax"), ("a:\n\t- b\n", "yaml.syntax"), ("'a", "yaml.syntax"),
            ("\"\\q\"", "yaml.syntax"), ("[a", "yaml.syntax"), ("]", "yaml.syntax"), ("@a", "yaml.syntax"),
            ("%YAML 1.2\n---\n", "yaml.directive"), ("a: 1\n b: 2\n", "yaml.syntax"), ("- a\nb: c\n", "yaml.syntax"),
            ("a: \u{9b}31m", "yaml.syntax"), ("a: \u{fffe}", "yaml.syntax"), ("a: x\u{7f}", "yaml.controlCharacter"),
            ("a: \u{1b}[2J", "yaml.controlCharacter"), ("a: b\u{feff}c: d: e", "yaml.syntax"),
            ("e\u{301}: 1\n\u{e9}: 2\n", "yaml.duplicateKey"), ("a: b\n...\r%TAG ! x:\n---\nb\n", "yaml.directive"),
            ("#\u{2028}%TAG ! x:\n", "yaml.directive"), ("#\u{85}%X", "yaml.directive"),
        ])
    func `what is refused`(text: String, code: String) {
        let answer = told(Array(text.utf8))
        #expect(answer.hasPrefix(code + ":"), "\(answer)")
        #expect(answer.contains("\na.yaml:"))
    }
}
