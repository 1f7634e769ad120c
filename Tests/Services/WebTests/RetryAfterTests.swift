// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PlinthWeb

@Suite struct RetryAfterTests {
    /// The time of RFC 9110's example, and others.
    @Test(
        arguments: [
            ("120", 120), ("-5", 0), ("99999999", 86_400), ("Sun, 06 Nov 1994 08:49:37 GMT", 7),
            ("Sun, 06 Nov 1994 08:49:00 GMT", 0), ("Mon, 07 Nov 1994 08:49:30 GMT", 86_400),
            ("Sun, 06 Nov 1994 08:49:37", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("soon", nil), ("", nil),
        ] as [(String, Int?)])
    func values(_ field: String, _ seconds: Int?) {
        #expect(RetryAfter.parse(field, now: 784_111_770) == seconds.map { Duration.seconds($0) })
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:10 GMT", 0), ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800), ("Wed, 31 Dec 2025 23:59:59 GMT", 1_767_225_599),
        ])
    func dates(_ field: String, _ seconds: Int64) {
        #expect(RetryAfter.parse(field, now: seconds) == .seconds(seconds == 0 ? 10 : 0))
        #expect(RetryAfter.parse(field, now: seconds - 5) == .seconds(seconds == 0 ? 15 : 5))
    }
}
