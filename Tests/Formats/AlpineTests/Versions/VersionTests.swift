// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import Testing

struct AlpineVersionTests {
    @Test(arguments: [
        ("1.0", "1.0", 0), ("1.0", "1.1", -1), ("1.9", "1.10", -1), ("1.0", "1.0.0", -1), ("1.2-r0", "1.2", 1),
        ("1.2-r9", "1.2-r10", -1), ("1.2_rc1", "1.2", -1), ("1.2_p1", "1.2", 1), ("1.2_alpha", "1.2_beta", -1),
        ("1.2_git20240101", "1.2_git20240102", -1), ("1.2a", "1.2", 1), ("1.2a", "1.2b", -1),
        ("1.9.5p1-r0", "1.9.5p2-r0", -1), ("1.9.5p1", "1.9.5", 1), ("5.7.1p1", "5.7.1a2", 1),
        ("8.2.0", "8.2.001", -1), ("8.2.0015", "8.2.002", -1), ("1.01", "1.1", -1), ("01", "1", 0),
        ("1.0~1234-r1", "1.0~1234-r0", 1), ("1.0~aa", "1.0~ab", -1), ("1.0~aa", "1.0", 1),
        ("99999999999999999999999999999999999999998", "99999999999999999999999999999999999999999", -1),
        ("1.18446744073709551617", "1.1", 1), ("1-r18446744073709551617", "1-r1", 1), ("", "", 0), ("a", "b", -1),
        (".1", ".2", -1), ("1--x", "1--y", 0),
    ])
    func order(left: String, right: String, expected: Int) {
        #expect(AlpineVersion.compare(left, right) == expected)
        #expect(AlpineVersion.compare(right, left) == -expected)
    }

    @Test(arguments: [
        ("3.6.1", "3.6", 0), ("3.6", "3.6.1", -1), ("3.6_pre1", "3.6", 0), ("3.60", "3.6", 1), ("3.6-r1", "3.6", 0),
        ("3.6a", "3.6", 0), ("3.5.9", "3.6", -1),
    ])
    func prefix(left: String, right: String, expected: Int) {
        #expect(AlpineVersion.compare(left.utf8.span, toPrefix: right.utf8.span) == expected)
    }

    @Test(arguments: ["1", "1.2", "1.2a", "1.2p1", "1.2p1.3_rc", "1.2_alpha1_git2-r3", "1.2~0f-r0", "20190603.131426"])
    func valid(text: String) throws {
        #expect(try #require(AlpineVersion(text)).description == text)
    }

    @Test(arguments: [
        "", "a", ".1", "-r1", "1-r", "1-r1.2", "1.", "1..2", "1.2_", "1.2_foo", "1.2_Rc1", "1.2~", "1.2~xy",
        "1.2~0f_rc",
        "1.2 ", " 1", "1.2ab", "1.2-1", "1:2", "1.2-r1-r2", "1.2A", "\u{e4}", "1\0",
    ])
    func invalid(text: String) { #expect(AlpineVersion(text) == nil) }

    @Test func comparable() throws {
        #expect(try #require(AlpineVersion("1.0_rc1")) < #require(AlpineVersion("1.0")))
        #expect(try #require(AlpineVersion("01")) == #require(AlpineVersion("1")))
    }
}
