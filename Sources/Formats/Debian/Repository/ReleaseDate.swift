// SPDX-License-Identifier: Apache-2.0

/// Dates as Release files write them: `Sat, 21 Nov 2026 09:05:00 UTC`.
enum ReleaseDate {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// Seconds since 1970; nil when the text is no date. The day of the week is not checked against the date.
    /// See RFC 5322, section 3.3, with the zones `UTC`, `GMT`, `Z` and `±hhmm`.
    static func seconds(_ text: String) -> Int64? {
        var words = text.utf8.split(whereSeparator: isBlank).map { Array($0) }
        if words.first?.last == UInt8(ascii: ",") { words.removeFirst() }
        guard words.count == 5, let day = number(words[0], 1...31, digits: 1...2),
            let month = months.firstIndex(of: asciiLowercased(String(decoding: words[1], as: UTF8.self))),
            let year = number(words[2], 1970...9999, digits: 4...4), let time = time(words[3]),
            let zone = zone(words[4]), day <= length(month: month + 1, year: year)
        else { return nil }
        return days(year, month + 1, day) * 86_400 + time - zone
    }

    private static func number(_ text: [UInt8], _ range: ClosedRange<Int64>, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.count), let value = decimal(text) else { return nil }
        return Int64(exactly: value).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func time(_ text: [UInt8]) -> Int64? {
        let parts = text.split(separator: colon, omittingEmptySubsequences: false).map { Array($0) }
        guard parts.count == 3, let hours = number(parts[0], 0...23, digits: 1...2),
            let minutes = number(parts[1], 0...59, digits: 2...2),
            let seconds = number(parts[2], 0...60, digits: 2...2)
        else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }

    /// Seconds east of Greenwich.
    private static func zone(_ text: [UInt8]) -> Int64? {
        if ["utc", "gmt", "z"].contains(asciiLowercased(String(decoding: text, as: UTF8.self))) { return 0 }
        guard text.count == 5, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
            let hours = number(Array(text[1...2]), 0...23, digits: 2...2),
            let minutes = number(Array(text[3...4]), 0...59, digits: 2...2)
        else { return nil }
        let offset = hours * 3600 + minutes * 60
        return text[0] == UInt8(ascii: "-") ? -offset : offset
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func length(month: Int, year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the Gregorian calendar.
    private static func days(_ year: Int64, _ month: Int, _ day: Int64) -> Int64 {
        let past = year - 1
        var days = past * 365 + past / 4 - past / 100 + past / 400 - 719_162
        for earlier in 1..<month { days += length(month: earlier, year: year) }
        return days + day - 1
    }
}
