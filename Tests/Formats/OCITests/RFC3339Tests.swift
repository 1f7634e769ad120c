// SPDX-License-Identifier: Apache-2.0
import PlinthOCI
import Testing

@Suite struct RFC3339Tests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (1_741_064_767, "2025-03-04T05:06:07Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-2_203_891_200, "1900-03-01T00:00:00Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func bothWays(seconds: Int64, text: String) {
        #expect(RFC3339.format(seconds) == text)
        #expect(RFC3339.parse(text) == seconds)
    }

    @Test func daysOfFourCenturies() {
        for day in stride(from: Int64(-60_000), to: 150_000, by: 5) {
            #expect(RFC3339.parse(RFC3339.format(day * 86_400 + 1)) == day * 86_400 + 1)
        }
    }

    @Test(
        arguments: [
            ("2025-03-04t05:06:07z", 1_741_064_767),
            ("2025-03-04T05:06:07.999999999Z", 1_741_064_767),
            ("2025-03-04T07:06:07+02:00", 1_741_064_767),
            ("2025-03-03T23:36:07.5-05:30", 1_741_064_767),
            ("2016-12-31T23:59:60Z", 1_483_228_799),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
        ] as [(String, Int64)])
    func otherForms(text: String, seconds: Int64) {
        #expect(RFC3339.parse(text) == seconds)
    }

    @Test(arguments: [
        "", "2025-03-04", "2025-03-04T05:06:07", "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z",
        "2025-01-00T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z", "2025-01-01T00:00:00.Z",
        "2025-01-01T00:00:00Zx", "2025-01-01T00:00:00+0200", "2025-01-01T00:00:00+24:00", "2025-01-01 00:00:00Z",
        "-025-01-01T00:00:00Z", "2025-01-01T00:00:00", "２025-01-01T00:00:00Z",
    ])
    func notATime(text: String) {
        #expect(RFC3339.parse(text) == nil)
    }

    @Test func farTimesAreHeld() {
        #expect(RFC3339.format(.max) == "9999-12-31T23:59:59Z")
        #expect(RFC3339.format(.min) == "0000-01-01T00:00:00Z")
    }
}
