// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML
import Testing

/// The code with which bytes are refused; nil when they are read. Anything but a `Problem` fails the test.
private func code(_ bytes: [UInt8]) throws -> String? {
    do {
        _ = try YAMLDocument.parse(bytes, name: "a.yaml")
        return nil
    } catch let problem as Problem {
        return problem.code
    }
}

private func code(_ text: String) throws -> String? { try code(Array(text.utf8)) }

/// The same numbers in every run (Knuth's MMIX constants).
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

struct YAMLHostileTests {
    @Test(arguments: ["[", "{a: ", "- ", "? ", "[{a: "])
    func `nesting ends at a depth`(opening: String) throws {
        let code = try code(String(repeating: opening, count: 100_000))
        #expect(code == "yaml.tooDeep" || code == "yaml.key" || code == "yaml.syntax")
    }

    @Test func `the deepest that is read`() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(try code(nested(64)) == nil)
        #expect(try code(nested(65)) == "yaml.tooDeep")
        let indented = (0..<70).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(try code(indented) == "yaml.tooDeep")
    }

    @Test func `a thousand laughs`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(try code(text) == "yaml.alias")
    }

    @Test func `sizes and counts have limits`() throws {
        let megabyte = String(repeating: "x", count: 1 << 20)
        #expect(try code("a: " + megabyte) == nil)
        #expect(try code(Array(repeating: 0x78, count: (4 << 20) + 1)) == "yaml.tooLarge")
        #expect(try code(String(repeating: "- a\n", count: 250_000)) == "yaml.tooManyNodes")
        #expect(try code("[" + String(repeating: "a,", count: 250_000) + "]") == "yaml.tooManyNodes")
    }

    @Test func `many keys, quotes and comments take no longer than their size`() throws {
        #expect(try code((0..<15_000).map { "key\($0): 1\n" }.joined()) == nil)
        #expect(try code("a: '" + String(repeating: "''", count: 100_000) + "'") == nil)
        #expect(try code(String(repeating: "# comment\n", count: 50_000)) == nil)
        #expect(try code(String(repeating: "\n", count: 200_000) + "a: [") == "yaml.syntax")
        #expect(try code((0..<50_000).map { "%TAG !a\($0)! tag:x\n" }.joined()) == "yaml.directive")
        #expect(try code("a: " + String(repeating: "b ", count: 50_000) + ": c: d") != nil)
        #expect(try code("a: \"" + String(repeating: "\\u00e4", count: 50_000) + "\"") == nil)
    }

    @Test func `other encodings are refused`() throws {
        let text = Array("a: b\n".utf16)
        #expect(try code([0xff, 0xfe] + text.flatMap { [UInt8($0), 0] }) == "yaml.notUTF8")
        #expect(try code([0xfe, 0xff] + text.flatMap { [0, UInt8($0)] }) == "yaml.notUTF8")
        #expect(try code(text.flatMap { [UInt8($0), 0] }) == "yaml.controlCharacter")
        #expect(try code([0xed, 0xa0, 0x80]) == "yaml.notUTF8")
        #expect(try code([0xc0, 0x80]) == "yaml.notUTF8")
        #expect(try code([0xef, 0xbb, 0xbf]) == nil)
    }

    /// A damaged document is read or refused, with a place, and the same way twice.
    @Test func `damage is met with problems only`() throws {
        let seed = Array(
            """
            distribution: debian:trixie
            contents: {packages: [nginx, "a\\tb", 'c''d'], recommends: false}
            entrypoint:
              command: >-
                /usr/sbin/nginx
                -g "daemon off;"
              shell-fragment: |+
                exec x

            paths:
              - {path: /a, type: directory, permissions: 0o755}
              - path: /ü
            """.utf8)
        let marks = Array("[]{}:,-?&*!|>'\"%@`#\n\r\t \\\0~=<é".utf8) + [0xff, 0x85, 0xc2]
        var random = Dice(state: 20_261_121)
        for _ in 0..<1000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = marks.randomElement(using: &random) ?? 0
                case 1: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                }
                if bytes.isEmpty { bytes = [0x61] }
            }
            let first = try code(bytes)
            #expect(first == nil || first?.hasPrefix("yaml.") == true)
            #expect(try code(bytes) == first)
        }
    }
}
