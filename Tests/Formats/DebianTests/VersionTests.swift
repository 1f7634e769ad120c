// SPDX-License-Identifier: Apache-2.0
import PlinthDebian
import PlinthTestSupport
import Testing

@Suite struct VersionTests {
    @Test(arguments: [
        ("1.0", "1.0-0", 0), ("1.0", "1.0-1", -1), ("1.0~", "1.0", -1), ("0:1", "1", 0), ("1.01", "1.1", 0),
        ("1.2", "1.2a", -1), ("1.2a", "1.2+", -1), ("1.0-1~deb12u1", "1.0-1", -1), ("1.0-1", "1.0-1+b1", -1),
        ("1.0-1+b1", "1.0-1+deb12u1", -1), ("1+deb12u9", "1+deb12u10", -1), ("1~bpo12+1", "1", -1),
        ("1:0.1", "9.9", 1), ("1.a-1", "1.+-1", -1), ("1-1-1", "1-1-2", -1), ("", "0", 0), ("~", "", -1),
        ("99999999999999999999999999999999999999998", "99999999999999999999999999999999999999999", -1),
        ("1.000000000000000000000000000000000000000002", "1.1", 1), ("1.18446744073709551617", "1.1", 1),
        ("2147483648:1", "1:1", 1), ("x:1", "0", 1),
    ])
    func order(left: String, right: String, expected: Int) {
        #expect(DebianVersion.compare(left, right) == expected)
        #expect(DebianVersion.compare(right, left) == -expected)
    }

    @Test(
        arguments: [
            ("0", nil, "0", nil), ("5:1", 5, "1", nil), ("0:0-0-0", 0, "0-0", "0"), ("0:0:0-0", 0, "0:0", "0"),
            ("0:09azAZ.-+~:-0", 0, "09azAZ.-+~:", "0"), ("\t 0:0-1  ", 0, "0", "1"),
        ] as [(String, Int32?, String, String?)])
    func parse(text: String, epoch: Int32?, upstream: String, revision: String?) throws {
        let version = try DebianVersion(text)
        #expect(version.epoch == epoch)
        #expect(version.upstream == upstream)
        #expect(version.revision == revision)
    }

    @Test(
        arguments: [
            ("", .empty), ("  ", .empty), ("0:", .emptyUpstream), (":1.0", .badEpoch), ("1.0-", .emptyRevision),
            ("0:0 0-1", .embeddedSpace), ("-1:0-1", .badEpoch), ("999999999999999999999999:0-1", .badEpoch),
            ("2147483648:1", .badEpoch), ("a:0-0", .badEpoch), ("-0", .emptyUpstream), ("0:abc3-0", .upstreamStart),
            ("0:0-0:0", .badCharacter(UInt8(ascii: ":"))), ("1/2", .badCharacter(UInt8(ascii: "/"))),
        ] as [(String, DebianVersion.Fault)])
    func refuse(text: String, fault: DebianVersion.Fault) {
        #expect(throws: fault) { try DebianVersion(text) }
    }

    @Test func comparable() throws {
        #expect(try DebianVersion("1.0") == DebianVersion("0:1.0-0"))
        #expect(try DebianVersion("1.0~rc1") < DebianVersion("1.0"))
        #expect(try DebianVersion("1:2-3").description == "1:2-3")
    }

    @Test(arguments: [
        ("1.0-1+b1", "1.0-1"), ("1.0-1+b12", "1.0-1"), ("1.0-1+bpo1", "1.0-1+bpo1"), ("1.0+b", "1.0+b"), ("1", "1"),
    ])
    func withoutRebuild(version: String, expected: String) {
        #expect(DebianVersion.withoutRebuild(version) == expected)
    }
}

/// Lists of compared versions that others keep.
@Suite struct VersionVectorTests {
    @Test(arguments: ["deb-version-apt.tsv", "deb-version-dpkg.tsv", "dpkg-Dpkg_Version.t.data", "deb-version-go.tsv"])
    func compared(file: String) throws {
        for line in try Fixtures.lines("vectors/" + file) ?? [] where !line.hasPrefix("#") {
            let separator: Character = line.contains("\t") ? "\t" : " "
            let parts = line.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
            let found = DebianVersion.compare(parts[0], parts[1])
            switch parts[2] {
            case "true": #expect(found < 0, "\(line)")
            case "false": #expect(found >= 0, "\(line)")
            default: #expect(found == Int(parts[2]), "\(line)")
            }
        }
    }

    @Test(arguments: ["osv-scalibr-debian-versions-generated.txt", "osv-scalibr-debian-versions.txt"])
    func scalibr(file: String) throws {
        for line in try Fixtures.lines("vectors/" + file) ?? [] where !line.hasPrefix("#") {
            let parts = line.split(separator: " ").map(String.init)
            let expected = parts[1] == "<" ? -1 : parts[1] == ">" ? 1 : 0
            #expect(DebianVersion.compare(parts[0], parts[2]) == expected, "\(line)")
        }
    }

    @Test func parsed() throws {
        for line in try Fixtures.lines("vectors/dpkg-t-version-parse.tsv") ?? [] where !line.hasPrefix("#") {
            // The input itself may hold tabs: the other four columns are counted from the end.
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let input = parts.dropLast(4).joined(separator: "\t")
            let version = try? DebianVersion(input)
            #expect((version != nil) == (parts[parts.count - 4] == "valid"), "\(line)")
            guard let version else { continue }
            #expect("\(version.epoch ?? 0)" == parts[parts.count - 3], "\(line)")
            #expect(version.upstream == parts[parts.count - 2], "\(line)")
            #expect(version.revision ?? "" == parts[parts.count - 1], "\(line)")
        }
    }

    /// dpkg agrees on pairs made of the pieces that versions are made of.
    @Test(.enabled(if: hasProgram("dpkg")))
    func dpkgAgrees() throws {
        var generator = SeededGenerator(seed: 6)
        let pieces = ["0", "1", "10", "01", "9", ".", "-", "~", "+", "a", "b", "rc", "+b1", "deb12u1", "123456789"]
        func version() -> String {
            let tail = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }
            return "1" + tail.joined() + "0"
        }
        for _ in 0..<60 {
            let (left, right) = (version(), version())
            let order = DebianVersion.compare(left, right)
            let word = order < 0 ? "lt" : order > 0 ? "gt" : "eq"
            let result = try runProgram("dpkg", ["--compare-versions", left, word, right])
            #expect(result.status == 0, "\(left) \(word) \(right)")
        }
    }
}
