// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthBuild

struct ShellWordsTests {
    @Test(
        arguments: [
            ("", []), ("  \t\n", []), ("a", ["a"]), (" a  b\tc\nd ", ["a", "b", "c", "d"]), ("''", [""]),
            ("a '' b", ["a", "", "b"]),
            ("'a b'", ["a b"]), ("\"a b\"", ["a b"]), ("a'b c'd", ["ab cd"]), ("a\\ b", ["a b"]), ("'a\\b'", ["a\\b"]),
            ("\"a\\\"b\\\\c\\$d\\`e\"", ["a\"b\\c$d`e"]), ("\"a\\nb\"", ["a\\nb"]), ("\\'a", ["'a"]),
            ("\"it's\"", ["it's"]),
            ("a\\\nb", ["ab"]), ("\"a\\\nb\"", ["ab"]), ("\"a\nb\"", ["a\nb"]),
            ("$HOME *.c ~ #x", ["$HOME", "*.c", "~", "#x"]),
            ("a\r\nb", ["a", "b"]), ("e\u{301} 'ü'", ["e\u{301}", "ü"]), ("'\u{301}'", ["\u{301}"]),
            ("nginx -g \"daemon off;\"", ["nginx", "-g", "daemon off;"]),
        ])
    func `a line becomes words`(line: String, words: [String]) throws {
        #expect(try ShellWords.words(of: line).map { Array($0.utf8) } == words.map { Array($0.utf8) })
    }

    @Test func `a long word takes no longer than its size`() throws {
        #expect(try ShellWords.words(of: String(repeating: "ab", count: 100_000)).first?.utf8.count == 200_000)
        #expect(try ShellWords.words(of: String(repeating: "\"\"''a\\ ", count: 20_000)).first?.utf8.count == 40_000)
    }

    @Test(
        arguments: [
            ("'a", ShellWords.Fault.openQuote("'")), ("a \"b", .openQuote("\"")), ("\"a\\\"", .openQuote("\"")),
            ("a\\", .endsInBackslash), ("'a'\"", .openQuote("\"")), ("\"'\"'", .openQuote("'")),
        ])
    func `what is left open is refused`(line: String, fault: ShellWords.Fault) {
        #expect(throws: fault) { try ShellWords.words(of: line) }
        let problem = #expect(throws: Problem.self) { try ShellWords.split(line) }
        #expect(problem?.code == "recipe.quotes" && problem?.why == "\(fault)" && problem?.kind == .usage)
    }
}
