// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// The same input gives the same bytes, whatever surrounds the run.
@Suite(.enabled(if: TestKey.isAvailable))
struct SameBytesTests {
    private static let pack = ["pack", "hello", "--from", "debian:trixie", "--arch", "amd64", "-o", "out", "--json"]

    @Test(arguments: [
        ["TZ": "Pacific/Auckland"], ["LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"], ["HOME": "/nonexistent"],
        ["TMPDIR": "/var/tmp"], ["PLINTH_HOME": "OTHER"],
    ])
    func surroundings(_ variables: [String: String]) throws {
        try LittleArchive.with { little, run in
            let first = try run(Self.pack)
            try #require(first.status == 0, "\(first.errorText)")
            var other = run
            for (name, value) in variables {
                other.variables[name] = value == "OTHER" ? little.directory.appending("store2").string : value
            }
            removeTree(little.directory.appending("out"))
            removeTree(little.directory.appending("store"))
            let second = try other(Self.pack)
            #expect(digest(second.text) == digest(first.text))
        }
    }

    @Test func umask() throws {
        try LittleArchive.with { little, run in
            let first = try run(Self.pack)
            removeTree(little.directory.appending("store"))
            let command = "umask 077; exec \"$0\" \"$@\""
            let second = try runProgram(
                "/bin/sh", ["-c", command, PlinthRun.binary] + Self.pack.map { $0 == "out" ? "out2" : $0 },
                directory: little.directory, variables: run.variables)
            #expect(second.status == 0, "\(second.errorText)")
            #expect(digest(second.text) == digest(first.text))
        }
    }

    @Test func unchangedWritesNothing() throws {
        try LittleArchive.with { little, run in
            _ = try run(Self.pack)
            let before = try outputOf("find", [little.directory.appending("out").string, "-printf", "%p %T@ %i\n"])
            let second = try run(Self.pack)
            let after = try outputOf("find", [little.directory.appending("out").string, "-printf", "%p %T@ %i\n"])
            #expect(before == after)
            #expect(second.text.contains("\"changed\" : false"))
        }
    }

    @Test func sourceDateEpoch() throws {
        try LittleArchive.with { _, run in
            var run = run
            run.variables["SOURCE_DATE_EPOCH"] = "1600000000"
            let result = try run(Self.pack)
            #expect(
                result.text.contains("\"created\" : \"2020-09-13T12:26:40Z\""), "\(result.text) \(result.errorText)")
            run.variables["SOURCE_DATE_EPOCH"] = "yesterday"
            let bad = try run(Self.pack)
            #expect(bad.status == 64)
        }
    }

    /// Killed at twenty moments and run again: the digest is the same and nothing is left behind that hurts.
    @Test func killed() throws {
        try LittleArchive.with { little, run in
            let expected = digest(try run(Self.pack).text)
            for moment in 0..<20 {
                removeTree(little.directory.appending("store"))
                removeTree(little.directory.appending("out"))
                let command =
                    "\"$0\" \"$@\" & sleep 0.0\(String(moment * 7 + 100).dropFirst()); kill -9 $! 2>/dev/null; wait"
                _ = try runProgram(
                    "/bin/sh", ["-c", command, PlinthRun.binary] + Self.pack, directory: little.directory,
                    variables: run.variables)
                let again = try run(Self.pack)
                #expect(again.status == 0, "\(again.errorText)")
                #expect(digest(again.text) == expected)
            }
        }
    }

    @Test func twoAtOnce() throws {
        try LittleArchive.with { little, run in
            let words = Self.pack.joined(separator: " ").replacing(" out ", with: " {} ")
            _ = try runProgram(
                "xargs", ["-P2", "-I{}", "/bin/sh", "-c", "\"$0\" \(words) >{}.json", PlinthRun.binary],
                input: Array("out\nout2\n".utf8), directory: little.directory, variables: run.variables)
            let a = String(decoding: try readFile(little.directory.appending("out.json")), as: UTF8.self)
            let b = String(decoding: try readFile(little.directory.appending("out2.json")), as: UTF8.self)
            #expect(digest(a) != nil)
            #expect(digest(a) == digest(b))
        }
    }
}
