// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PlinthDistribution

struct SupportEndTests {
    @Test(
        arguments: [
            ("debian", "13", "2030-06-30"), ("debian", "12", "2028-06-30"), ("alpine", "3.20.3", "2026-04-01"),
            ("alpine", "3.2.1", "2017-05-01"), ("alpine", "3.200", nil), ("almalinux", "9.3", "2032-05-31"),
            ("ubuntu", "24.04", "2029-05-31"), ("ubuntu", "24", nil), ("wolfi", "20230201", nil), ("debian", nil, nil),
            ("", "1", nil), ("rhel", "9.", "2032-05-31"),
        ] as [(String, String?, String?)])
    func day(_ id: String, _ version: String?, _ expected: String?) {
        #expect(SupportEnd.day(id: id, version: version) == expected)
    }

    /// What can be built from and what can be looked into tell the same day.
    @Test func agreesWithReleases() {
        for release in Distribution.known {
            #expect(
                SupportEnd.day(id: release.id, version: release.versionID) == release.supportEnds, "\(release.name)")
        }
    }

    @Test(
        arguments: [
            ("A=b\n", "b"), ("A=\"b c\"\n", "b c"), ("A='b\\n'\r\n", "b\\n"), ("# A=x\nA=y", "y"),
            ("A=\"say \\\"hi\\\" for \\$5 \\\\ \\n\"", "say \"hi\" for $5 \\ \\n"), ("A=\n", nil), ("A\n", nil),
            ("", nil),
            ("A=1\nA=2\n", "2"), ("A=\"\n", "\""), ("A=b=c\n", "b=c"),
        ] as [(String, String?)])
    func variables(_ text: String, _ expected: String?) {
        #expect(OSReleaseFile(text)["A"] == expected)
    }
}
