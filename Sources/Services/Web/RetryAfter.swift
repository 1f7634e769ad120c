// SPDX-License-Identifier: Apache-2.0

/// The field `Retry-After`: seconds, or a date (RFC 9110, sections 5.6.7 and 10.2.3).
package enum RetryAfter {
    /// Never negative, at most a day; nil when it is neither.
    /// - Parameter now: seconds since 1970.
    package static func parse(_ text: String, now: Int64) -> Duration? {
        guard let wanted = Int64(text) ?? seconds(of: text).map({ $0 - now }) else { return nil }
        return .seconds(max(0, min(wanted, 86_400)))
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` in seconds since 1970; the two older forms are nil.
    private static func seconds(of date: String) -> Int64? {
        let parts = date.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]), let year = Int64(parts[3]),
            let month = months.firstIndex(of: String(parts[2])), (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        // Years are counted from March, so that the leap day comes last.
        let shifted = month < 2 ? year - 1 : year
        let dayOfYear = (153 * Int64((month + 10) % 12) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
