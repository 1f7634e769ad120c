// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

struct ByteCountTests {
    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"), (9_400, "9.4 kB"),
        (99_949, "99.9 kB"), (99_950, "100 kB"), (42_600_000, "42.6 MB"), (999_499, "999 kB"),
        (1_000_000, "1.0 MB"), (123_456_789_012, "123 GB"), (5_000_000_000_000_000, "5000 TB"), (.max, "9223372 TB"),
        (-5, "-5 B"),
    ])
    func `bytes print in decimal units`(bytes: Int64, expected: String) {
        #expect(ByteCount(bytes).description == expected)
    }

    @Test func `counts add and compare`() {
        #expect(ByteCount(1) + ByteCount(2) == ByteCount(3))
        #expect(ByteCount(2) < ByteCount(10))
    }
}
