// SPDX-License-Identifier: Apache-2.0
import PlinthYAML
import Testing

struct SourceExcerptTests {
    private func excerpt(_ text: String, _ line: Int, _ column: Int) -> String {
        SourceExcerpt(Array(text.utf8), at: YAMLPosition(line: line, column: column)).description
    }

    @Test func `the caret stands under the column`() {
        #expect(excerpt("one\n  two: 2\nthree", 2, 3) == "2 |   two: 2\n  |   ^")
        #expect(excerpt("a\nb\nc\nd\ne\nf\ng\nh\ni\nten", 10, 1) == "10 | ten\n   | ^")
    }

    @Test(arguments: ["a\nbc\nd", "a\r\nbc\r\nd", "a\rbc\rd", "a\u{85}bc\u{85}d", "a\u{2028}bc\u{2029}d"])
    func `lines end where the parser ends them`(text: String) {
        #expect(excerpt(text, 2, 2) == "2 | bc\n  |  ^")
    }

    @Test func `columns count scalars and tabs become one blank`() {
        #expect(excerpt("\tü: x", 1, 5) == "1 |  ü: x\n  |     ^")
    }

    @Test func `a place beyond the text is its end`() {
        #expect(excerpt("ab", 1, 90) == "1 | ab\n  |   ^")
        #expect(excerpt("ab", 7, 3) == "7 | \n  | ^")
    }

    @Test func `long lines are cut around the caret`() {
        let line = String(repeating: "abcdefghij", count: 30)
        #expect(excerpt(line, 1, 1) == "1 | \(line.prefix(72))…\n  | ^")
        let middle = excerpt(line, 1, 151).split(separator: "\n").map(String.init)
        #expect(middle[0] == "1 | …" + line.dropFirst(102).prefix(72) + "…")
        #expect(middle[1] == "  | " + String(repeating: " ", count: 49) + "^")
    }

    @Test func `nothing can move the cursor or turn the writing`() {
        #expect(excerpt("a\u{1b}[2Jb\u{202e}c\u{9b}d\u{feff}", 1, 1) == "1 | a·[2Jb·c·d·\n  | ^")
    }
}
