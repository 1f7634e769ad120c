// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Synchronization
import SystemPackage
import Testing

@testable import PlinthFetch

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct StoreUpkeepTests {
    let now: Int64 = 1_800_000_000
    let old = String(repeating: "0a", count: 32)
    let young = String(repeating: "0b", count: 32)

    private func age(_ path: FilePath, days: Int64) throws { try setTimes(path, now - days * 86_400) }

    @Test func pruneKeepsWhatWasUsed() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            for (key, days) in [(old, Int64(40)), (young, 3)] {
                for suffix in [".tar", ".gz"] {
                    try store.write(.segments, key, suffix, [1, 2, 3])
                    try age(store.path(.segments, key, suffix), days: days)
                }
            }
            try age(store.path(.segments, young, ".gz"), days: 50)
            try writeFile(home.appending("tmp/left"), [1])
            try age(home.appending("tmp/left"), days: 31)
            try writeFile(home.appending("tmp/busy"), [1])
            try age(home.appending("tmp/busy"), days: 0)

            let gone = try store.prune(keepDays: 30, now: now)
            #expect(gone.total == .init(files: 3, bytes: ByteCount(2 * 43 + 1)))
            #expect(tree(home) == ["segments/0b/\(young).gz", "segments/0b/\(young).tar", "tmp/busy"])
        }
    }

    @Test func pruneOfZeroDaysEmptiesTheStore() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            try store.write(.layers, old, "", [1])
            #expect(try store.prune(keepDays: 0, now: now).total.files == 1)
            #expect(tree(home) == [])
            try store.write(.layers, old, "", [1])
            #expect(try store.status().shelves["layers"] == .init(files: 1, bytes: ByteCount(41)))
        }
    }

    @Test func pruneTakesWhatAKilledRunLeft() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let inner = try Store(home: try store.scratchPath())
            try inner.write(.layers, old, "", [1])
            try age(inner.path(.layers, old), days: 3)
            _ = try store.prune(keepDays: 30, now: now)
            #expect(inner.contains(.layers, old))
            try age(inner.path(.layers, old), days: 31)
            _ = try store.prune(keepDays: 30, now: now)
            #expect((try? inner.home.stat()) == nil)
        }
    }

    @Test func removing() async throws {
        try await withScratch { home in
            let store = try Store(home: home.appending("store"))
            try writeFile(home.appending("outside"), [1])
            try store.write(.layers, old, "", [1])
            try store.write(.layers, young, "", [1])
            try store.remove(.layers, old)
            try store.remove(.layers, old)
            #expect(tree(store.home) == ["layers/0b/\(young)"])
            _ = home.appending("outside").withPlatformString { from in
                store.home.appending("link").withPlatformString { symlink(from, $0) }
            }
            try store.erase()
            #expect(tree(home) == ["outside"])
        }
    }

    @Test func useKeepsAFile() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let digest = try store.writeBlob([1])
            try store.write(.layers, old, "", [1])
            let paths = [store.path(.blobs, digest.hex), store.path(.layers, old)]
            let long = Int64(time(nil)) - 40 * 86_400
            for path in paths { try setTimes(path, long) }
            #expect(try store.blob(digest) != nil && store.contains(.layers, old))
            #expect(paths.allSatisfy { (modificationTime($0) ?? 0) > long })
            try setTimes(paths[1], long)
            #expect(try store.read(.layers, old, limit: 1) == [1])
            #expect(try store.prune(keepDays: 30, now: Int64(time(nil))).total.files == 0)
        }
    }

    @Test func touchKeepsAKey() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            try store.write(.layers, old, "", [1])
            try age(store.path(.layers, old), days: 40)
            store.touch(.layers, old, now: now)
            store.touch(.layers, young, now: now)
            #expect(modificationTime(store.path(.layers, old)) == now)
            store.touch(.layers, old, now: now + 3600)
            #expect(modificationTime(store.path(.layers, old)) == now)
            #expect(try store.prune(keepDays: 30, now: now).total.files == 0)
        }
    }

    @Test func verifyFindsOneBitOnAnyShelf() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let shelves: [Shelf] = [.indexes, .segments, .layers, .documents, Shelf(rawValue: "other")]
            for shelf in shelves {
                try store.write(shelf, old, ".a", noise(1000))
                try store.write(shelf, young, ".b", noise(1000))
            }
            let writer = try store.writer()
            try writer.write(noise(400_000))
            let blob = try writer.commitBlob()
            var seen = ByteCount(0)
            #expect(try store.verify { seen = seen + $0 } == [])
            #expect(seen == ByteCount(400_000 + 10 * 1040))

            for shelf in shelves { try flip(store.path(shelf, old, ".a"), 77) }
            try flip(store.path(.blobs, blob.hex), 300_000)
            let damaged = shelves.map { store.path($0, old, ".a") } + [store.path(.blobs, blob.hex)]
            let found = try store.verify()
            #expect(Set(found.map(\.path)) == Set(damaged))
            #expect(try store.verify() == [])
        }
    }

    @Test func aKilledWriterLeavesOnlyATemporaryFile() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            // What a process killed between write and rename leaves behind.
            try writeFile(try store.scratchPath(), noise(5000))
            #expect(try store.verify() == [])
            #expect(!store.contains(.segments, old))
            try store.write(.segments, old, "", [1])
            #expect(try store.read(.segments, old, limit: 1) == [1])
            let later = Int64(time(nil)) + 2 * 86_400
            #expect(try store.prune(keepDays: 1, now: later).shelves["tmp"]?.files == 1)
        }
    }

    @Test func locksExclude() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            let inside = Mutex((now: 0, most: 0))
            _ = try await mapConcurrently(Array(0..<24), limit: 12) { _ in
                try await store.withLockSuspending("busy") {
                    inside.withLock {
                        $0.now += 1
                        $0.most = max($0.most, $0.now)
                    }
                    try await Task.sleep(for: .milliseconds(1))
                    inside.withLock { $0.now -= 1 }
                }
            }
            #expect(inside.withLock { $0.most } == 1)
            #expect(tree(home) == [])
            let sum = Mutex(0)
            _ = try await mapConcurrently(Array(0..<24), limit: 2) { _ in
                try store.withLock("sum") {
                    let before = sum.withLock { $0 }
                    usleep(100)
                    sum.withLock { $0 = before + 1 }
                }
            }
            #expect(sum.withLock { $0 } == 24)
        }
    }

    @Test(.enabled(if: system("command -v flock >/dev/null 2>&1") == 0), arguments: [false, true])
    func locksHoldAcrossProcesses(_ isKilled: Bool) async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            try makeDirectories(home.appending("locks"))
            // The other program holds the lock until it is done, or until it is killed.
            let end = isKilled ? "sleep 0.2; kill -9 $!" : "true"
            let pause = isKilled ? "8" : "0.2"
            let script = """
                exec >/dev/null 2>&1; cd \(home.string)
                flock -o locks/a sh -c 'touch held; sleep \(pause); touch done' &
                while [ ! -e held ]; do sleep 0.01; done; (\(end)) & true
                """
            #expect(system(script) == 0)
            let clock = ContinuousClock()
            let time = try clock.measure { try store.withLock("a") {} }
            #expect(isKilled ? time < .seconds(6) : tree(home).contains("done"))
        }
    }

    @Test func aLockIsGivenBackByAnError() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            #expect(throws: Problem.self) { try store.withLock("a") { throw Problem("x", "x") } }
            #expect(try store.withLock("a") { 7 } == 7)
        }
    }

    @Test func aKilledHolderGivesItsLockBack() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            try writeFile(home.appending("ready"), [])
            try makeDirectories(home.appending("locks"))
            // The file of a dead holder is still there; its lock is not.
            try writeFile(home.appending("locks/a"), [])
            #expect(try store.withLock("a") { 7 } == 7)
        }
    }

    @Test func somethingInTheWayIsNamed() async throws {
        try await withScratch { home in
            try writeFile(home.appending("file"), [])
            #expect(problemCode { _ = try Store(home: home.appending("file")) } == "store.open")
            let below = try Store(home: home.appending("file/store"))
            #expect(problemCode { try below.write(.layers, old, "", [1]) } == "store.open")
            #expect(!below.contains(.layers, old))
            #expect(problemCode { try below.withLock("a") {} } == "store.open")
        }
    }

    @Test(arguments: [
        (Errno.noSpace, "store.full"), (.diskQuotaExceeded, "store.full"), (.readOnlyFileSystem, "store.readOnly"),
        (.permissionDenied, "store.readOnly"), (.ioError, "store.write"),
    ])
    func errorsHaveNames(_ error: Errno, _ code: String) {
        let problem = storeProblem(error, "/store/tmp/x", "store.write", "Cannot write to the store")
        #expect(problem.code == code)
        #expect(problem.place == "/store/tmp/x")
    }

    @Test(.enabled(if: canMount())) func aFullDiskIsNamed() async throws {
        try await withMount("size=256k") { home in
            let store = try Store(home: home)
            try store.write(.layers, old, "", noise(1000))
            #expect(problemCode { try store.write(.layers, young, "", noise(1_000_000)) } == "store.full")
            // What did not fit is gone, what was there is whole.
            #expect(tree(home) == ["layers/0a/\(old)"])
            #expect(try store.verify() == [])
        }
    }

    @Test(.enabled(if: canMount())) func aReadOnlyStoreReads() async throws {
        try await withMount("size=256k") { home in
            let store = try Store(home: home)
            try store.write(.layers, old, "", [1])
            guard home.withPlatformString({ mount("none", $0, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) }) == 0 else {
                return
            }
            #expect(try store.read(.layers, old, limit: 1) == [1])
            #expect(try store.verify() == [])
            #expect(problemCode { try store.write(.layers, young, "", [1]) } == "store.readOnly")
            #expect(problemCode { try store.withLock("a") {} } == "store.readOnly")
            store.touch(.layers, old, now: now * 2)
        }
    }
}

private func canMount() -> Bool {
    guard getuid() == 0, let path = try? scratchDirectory() else { return false }
    defer { _ = path.withPlatformString { rmdir($0) } }
    guard mountMemory(path, "size=64k") else { return false }
    return path.withPlatformString { umount2($0, CInt(MNT_DETACH)) } == 0
}

private func mountMemory(_ path: FilePath, _ options: String) -> Bool {
    path.withPlatformString { name in options.withCString { mount("none", name, "tmpfs", 0, $0) } } == 0
}

private func withMount(_ options: String, _ body: (FilePath) async throws -> Void) async throws {
    try await withScratch { path in
        guard mountMemory(path, options) else { throw Errno(rawValue: errno) }
        defer { _ = path.withPlatformString { umount2($0, CInt(MNT_DETACH)) } }
        try await body(path)
    }
}
