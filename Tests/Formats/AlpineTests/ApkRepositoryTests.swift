// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import Testing

struct ApkRepositoryTests {
    private func parse(_ text: String) throws -> [String] {
        try ApkRepository.parse(Array(text.utf8), place: "repositories").map {
            ($0.tag.map { "@\($0) " } ?? "") + $0.address
        }
    }

    @Test func lines() throws {
        let text = """
            # comment
            https://example.org/v3.20/main/

            @edge http://example.org/edge/main
            \t/srv/packages
            v2 https://example.org/x main community
            v2 @t file:///y
            set -default mirror=https://example.org/m
            set mirror=${mirror}/n
            set -default mirror=ignored
            ${mirror}/main
            """
        #expect(
            try parse(text) == [
                "https://example.org/v3.20/main", "@edge http://example.org/edge/main", "/srv/packages",
                "https://example.org/x/main", "https://example.org/x/community", "@t file:///y",
                "https://example.org/m/n/main",
            ])
    }

    @Test(arguments: [
        "v3 https://example.org", "ndx https://example.org/a.adb", "https://example.org/Packages.adb",
        "https://example.org/APKINDEX.tar.gz", "example.org/main", "ftp://example.org", "@", "@a", "@a/b /x", "v2",
        "set", "set a", "set 1=2", "set APK_ARCH=x", "${none}/x", "${open", "set a=b c",
    ])
    func faults(_ line: String) {
        let problem = #expect(throws: Problem.self) { try parse("# first\n" + line) }
        #expect(problem?.code == "apk.repository")
        #expect(problem?.place == "repositories:2")
    }

    @Test func addresses() throws {
        let repository = try #require(try ApkRepository(line: "@t https://example.org/main//", place: "x"))
        #expect(repository == ApkRepository(tag: "t", address: "https://example.org/main"))
        #expect(
            repository.indexAddress(architecture: "x86_64") == "https://example.org/main/x86_64/APKINDEX.tar.gz")
        let record = ApkRecord(name: "a", version: "1-r0")
        #expect(
            repository.packageAddress(record, architecture: "armv7") == "https://example.org/main/armv7/a-1-r0.apk")
        #expect(try ApkRepository(line: "# nothing", place: "x") == nil)
        let list = [repository, ApkRepository(address: "/srv")]
        #expect(
            String(decoding: ApkRepository.file(list), as: UTF8.self) == "@t https://example.org/main\n/srv\n")
    }
}
