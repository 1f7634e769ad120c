// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthTestSupport
import Testing

/// Lists of compared versions that others keep.
struct AlpineVersionVectorTests {
    /// We take digits behind a letter, as 2.14 does and as real packages have them; 3 refuses them.
    private static let allowed: Set<String> = ["!0.1a1"]

    /// Rows that apk 2.14.4 contradicts: the versions in them are none.
    private static let wrong: Set<String> = [
        "1-r-0 < 1-r0", "1-r-1 < 1-r0", "0.r1 < 0r2", "0.8.21.r2 < 0.8.21r2", "1.2.0A < 1.2.0d", "1.2.0D < 1.2.0d",
        "1 > 1-ruff", "1-ruff2 = 1--ruff1",
    ]

    @Test(arguments: [
        "apk-tools-version.data", "apk-tools-2.14-version.data", "apk-go/version.data",
        "osv-scalibr-alpine-versions-generated.txt", "osv-scalibr-alpine-versions.txt",
    ])
    func rows(file: String) throws {
        for row in try Fixtures.lines("vectors/" + file) ?? [] {
            let words = row.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.map(String.init)
            if words.isEmpty || Self.allowed.contains(words[0]) || Self.wrong.contains(row) { continue }
            switch words.count {
            case 1: validity(words[0])
            case 3: order(words[0], words[1], words[2])
            default: Issue.record("\(file): \(row)")
            }
        }
    }

    private func validity(_ word: String) {
        let text = word.hasPrefix("!") ? String(word.dropFirst()) : word
        #expect(AlpineVersion.isValid(text) == !word.hasPrefix("!"), "\(word)")
    }

    private func order(_ left: String, _ sign: String, _ right: String) {
        let found = AlpineVersion.compare(left, right)
        switch sign {
        case "<": #expect(found < 0, "\(left) \(sign) \(right)")
        case "=": #expect(found == 0, "\(left) \(sign) \(right)")
        case ">": #expect(found > 0, "\(left) \(sign) \(right)")
        default:
            let isForbidden = sign.hasPrefix("!")
            let dependency = try? ApkDependency(parsing: "x" + sign.drop { $0 == "!" } + right)
            #expect(dependency?.matches(name: "x", version: left) == !isForbidden, "\(left) \(sign) \(right)")
        }
    }
}
