// SPDX-License-Identifier: Apache-2.0

/// Times as OCI and SPDX documents write them, without a calendar library.
package enum RFC3339 {
    /// Such as `2025-03-04T05:06:07Z`. Years outside 0 to 9999 are held at the nearest that can be written.
    /// - Parameter seconds: since 1970.
    package static func format(_ seconds: Int64) -> String {
        let held = min(max(seconds, -62_167_219_200), 253_402_300_799)
        let (year, month, day) = date(ofDay: floorDivide(held, 86_400))
        let second = held - floorDivide(held, 86_400) * 86_400
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
            + "T\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))Z"
    }

    /// Seconds since 1970; a fraction is cut off, an offset such as `+02:00` is applied. nil when it is no time.
    package static func parse(_ text: some StringProtocol) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == dash, bytes[7] == dash, bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == colon, bytes[16] == colon,
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), day >= 1, day <= length(ofMonth: month, year), hour < 24, minute < 60,
            second <= 60,
            let offset = offset(bytes[19...])
        else { return nil }
        return dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + min(second, 59) - offset
    }

    /// Reads the rest after the seconds: an optional fraction and the zone, as seconds east of Greenwich.
    private static func offset(_ tail: ArraySlice<UInt8>) -> Int64? {
        var rest = tail
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let fraction = rest.prefix { (0x30...0x39).contains($0) }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count)
        }
        guard let sign = rest.first else { return nil }
        if sign | 0x20 == UInt8(ascii: "z") { return rest.count == 1 ? 0 : nil }
        let start = rest.startIndex
        guard sign == UInt8(ascii: "+") || sign == dash, rest.count == 6, rest[start + 3] == colon,
            let hours = number(rest[(start + 1)...(start + 2)]), let minutes = number(rest[(start + 4)...(start + 5)]),
            hours < 24, minutes < 60
        else { return nil }
        return (sign == dash ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 0x30)
        }
        return value
    }

    private static func digits(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private static func length(ofMonth month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value >= 0 ? value / by : -((-value + by - 1) / by)
    }

    /// Days since 1970 in the Gregorian calendar, years counted from March so that the leap day comes last.
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let slot = (5 * dayOfYear + 2) / 153
        let month = slot < 10 ? slot + 3 : slot - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * slot + 2) / 5 + 1)
    }
}

private let dash = UInt8(ascii: "-")
private let colon = UInt8(ascii: ":")
