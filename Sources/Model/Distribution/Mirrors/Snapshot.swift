// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// A moment whose state of the archive is wanted, as archives of snapshots write it: `20260131T000000Z`.
struct Snapshot: Hashable, Sendable {
    let timestamp: String

    /// Reads `2026-01-31`, `20260131`, `2026-01-31T12:00:00Z` or `20260131T120000Z`; a day begins at midnight UTC.
    /// - Throws: `Problem` with code `snapshot.date`.
    init(_ text: String) throws {
        guard let timestamp = Self.timestamp(text) else {
            throw Problem(
                "snapshot.date", "This is not the date of a snapshot", at: text,
                hints: ["write a day as 2026-01-31, or a moment as 20260131T120000Z"], kind: .usage)
        }
        self.timestamp = timestamp
    }

    private static func timestamp(_ text: String) -> String? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count <= 2, let day = digits(parts[0], separator: "-", [4, 2, 2]) else { return nil }
        var clock = [0, 0, 0]
        if parts.count == 2 {
            guard parts[1].hasSuffix("Z"), let found = digits(parts[1].dropLast(), separator: ":", [2, 2, 2]) else {
                return nil
            }
            clock = found
        }
        guard (1990...9999).contains(day[0]), (1...12).contains(day[1]), (1...days(day[0], day[1])).contains(day[2]),
            clock[0] < 24, clock[1] < 60, clock[2] < 60
        else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day[0])\(two(day[1]))\(two(day[2]))T\(clock.map(two).joined())Z"
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Numbers of fixed widths, with the separator between all of them or none.
    private static func digits(_ text: Substring, separator: Character, _ widths: [Int]) -> [Int]? {
        let bare =
            text.contains(separator)
            ? text.split(separator: separator, omittingEmptySubsequences: false).map(String.init) : nil
        if let bare, bare.map(\.utf8.count) != widths { return nil }
        let all = bare?.joined() ?? String(text)
        guard all.utf8.count == widths.reduce(0, +), all.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        var rest = all[...]
        return widths.compactMap { width in
            defer { rest = rest.dropFirst(width) }
            return Int(rest.prefix(width))
        }
    }

    /// Fills `{archive}` and `{timestamp}` in.
    func address(_ template: String, archive: String) -> String {
        template.replacing("{archive}", with: archive).replacing("{timestamp}", with: timestamp)
    }
}
