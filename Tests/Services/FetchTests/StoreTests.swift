// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage
import Testing

@testable import PlinthFetch

@Suite struct StoreTests {
    let key = String(repeating: "ab", count: 32)

    @Test(arguments: [
        (["PLINTH_HOME": "/p", "XDG_CACHE_HOME": "/c", "HOME": "/h"], "/p"),
        (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/plinth"),
        (["XDG_CACHE_HOME": "relative", "HOME": "/h"], "/h/.cache/plinth"),
        (["PLINTH_HOME": "", "HOME": "/h"], "/h/.cache/plinth"),
    ])
    func home(_ variables: [String: String], _ expected: String) throws {
        let environment = Environment(variables: variables, now: { 0 }, width: 1)
        #expect(try Store.home(in: environment) == FilePath(expected))
    }

    @Test func homelessEnvironmentIsAProblem() {
        let environment = Environment(variables: [:], now: { 0 }, width: 1)
        #expect(problemCode { _ = try Store.home(in: environment) } == "store.home")
    }

    @Test func writesAndReads() async throws {
        try await withScratch { home in
            let store = try Store(home: home.appending("store"))
            #expect(!store.contains(.segments, key, ".tar"))
            #expect(try store.read(.segments, key, ".tar", limit: 10) == nil)
            try store.write(.segments, key, ".tar", [1, 2, 3])
            #expect(store.contains(.segments, key, ".tar"))
            #expect(try store.read(.segments, key, ".tar", limit: 3) == [1, 2, 3])
            #expect(try store.contentLength(.segments, key, ".tar") == 3)
            #expect(try store.checkedLength(.segments, key, ".tar") == 3)
            #expect(tree(home.appending("store")) == ["segments/ab/\(key).tar"])
            #expect(problemCode { _ = try store.read(.segments, key, ".tar", limit: 2) } == "store.tooLarge")
            #expect(problemCode { _ = try store.checkedLength(.segments, key, ".gz") } == "store.missing")
        }
    }

    @Test func aFileEndsWithItsSum() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            try store.write(.layers, key, "", Array("abc".utf8))
            let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            let bytes = try readFile(store.path(.layers, key))
            #expect(bytes == Array("abc".utf8) + (try #require(Digest(hex: sum))).bytes + Array("PLNTHSUM".utf8))
        }
    }

    @Test func blobsAreKeptAsTheyAre() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let writer = try store.writer()
            try writer.write(Array("abc".utf8))
            let digest = try writer.commitBlob()
            let path = try #require(try store.verifiedBlob(digest, size: ByteCount(3)))
            #expect(path == home.appending("blobs/ba/\(digest.hex)"))
            #expect(try readFile(path) == Array("abc".utf8))
            #expect(try store.blob(Digest.of([9])) == nil)
            #expect(problemCode { try store.write(.blobs, key, "", [1]) } == "store.wrongName")
        }
    }

    @Test func aWriterThatIsDroppedLeavesNothing() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            do {
                let writer = try store.writer()
                try writer.write([1, 2, 3])
                #expect(tree(home).count == 1)
                #expect(writer.count == 3)
                #expect(writer.digest == Digest.of([1, 2, 3]))
            }
            #expect(tree(home) == [])
        }
    }

    @Test func aWriterIsDoneAfterItsCommit() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let writer = try store.writer()
            try writer.write([1])
            try writer.restart()
            try writer.write([2])
            try writer.commit(.indexes, key)
            #expect(try store.read(.indexes, key, limit: 9) == [2])
            #expect(problemCode { try writer.write([1]) } == "store.finished")
            #expect(problemCode { try writer.commit(.indexes, key) } == "store.finished")
        }
    }

    @Test func manyWritersOfOneKey() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let bytes = noise(100_000)
            _ = try await mapConcurrently(Array(0..<32), limit: 8) { index in
                try store.write(.segments, String(repeating: "ab", count: 32), index % 2 == 0 ? ".a" : ".b", bytes)
            }
            #expect(tree(home) == ["segments/ab/\(key).a", "segments/ab/\(key).b"])
            #expect(try store.read(.segments, key, ".a", limit: 100_000) == bytes)
        }
    }

    @Test func importsOnlyWhatIsExpected() async throws {
        try await withScratch { home in
            let store = try Store(home: home.appending("store"))
            let file = home.appending("file")
            try writeFile(file, noise(700_000))
            let digest = Digest.of(noise(700_000))
            #expect(problemCode { _ = try store.importFile(file, expecting: Digest.of([])) } == "store.wrongDigest")
            #expect(tree(home.appending("store")) == [])
            #expect(try store.importFile(file, expecting: digest) == digest)
            #expect(try store.verifiedBlob(digest, size: ByteCount(700_000)) != nil)
        }
    }

    @Test(arguments: [0, 1, 2, 3, 34, 35, 42]) func aFlippedBitIsFound(_ offset: Int) async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            try store.write(.segments, key, ".tar", [1, 2, 3])
            try flip(store.path(.segments, key, ".tar"), offset)
            #expect(problemCode { _ = try store.checkedLength(.segments, key, ".tar") } == "store.damaged")
            #expect(tree(home).contains("quarantine/segments-\(key).tar"))
            #expect(try store.read(.segments, key, ".tar", limit: 9) == nil)

            try store.write(.segments, key, ".tar", [1, 2, 3])
            try flip(store.path(.segments, key, ".tar"), offset)
            #expect(problemCode { _ = try store.read(.segments, key, ".tar", limit: 9) } == "store.damaged")
        }
    }

    @Test func aFlippedBitInABlobIsFound() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let writer = try store.writer()
            try writer.write(noise(1000))
            let digest = try writer.commitBlob()
            try flip(store.path(.blobs, digest.hex), 500)
            #expect(problemCode { _ = try store.verifiedBlob(digest) } == "store.damaged")
            #expect(try store.blob(digest) == nil)
        }
    }

    @Test func aBlobOfTheWrongSizeIsAbsent() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let writer = try store.writer()
            try writer.write([1])
            let digest = try writer.commitBlob()
            #expect(try store.blob(digest, size: ByteCount(2)) == nil)
            #expect(tree(home).contains("quarantine/blobs-\(digest.hex).reason"))
        }
    }

    @Test(arguments: [0, 10, 39]) func aFileThatIsCutShortIsFound(_ length: Int) async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            try store.write(.segments, key, ".tar", noise(100))
            try writeFile(store.path(.segments, key, ".tar"), noise(length))
            #expect(problemCode { _ = try store.contentLength(.segments, key, ".tar") } == "store.damaged")
        }
    }
}

func flip(_ path: FilePath, _ offset: Int) throws {
    var bytes = try readFile(path)
    bytes[offset] ^= 4
    try writeFile(path, bytes)
}

/// The code of the problem that the body throws; nil when it throws none.
func problemCode(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return (error as? Problem)?.code ?? "\(error)" }
    return nil
}

/// The problem that the body throws; nil when it throws none.
func problem(_ body: () async throws -> Void) async throws -> Problem? {
    do { try await body() } catch let problem as Problem { return problem }
    return nil
}
