// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage
import Testing

@testable import PlinthFetch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(.enabled(if: (try? FilePath("/proc/sys/kernel/random/boot_id").stat()) != nil)) struct StoreFlushingTests {
    let key = String(repeating: "ab", count: 32)

    private func notes(_ store: Store) throws -> [String] { try names(in: store.home.appending("unflushed")) }

    @Test func oneNoteForEachWriter() async throws {
        try await withScratch { home in
            let store = try Store(home: home)
            #expect(try notes(store) == [])
            try store.write(.layers, key, ".a", [1])
            try store.write(.layers, key, ".b", [1])
            let copy = store
            try copy.write(.layers, key, ".c", [1])
            #expect(try notes(store).count == 1)
            try Store(home: home).write(.layers, key, ".d", [1])
            #expect(try notes(store).count == 2)
            #expect(try store.status().shelves.keys.sorted() == ["layers"])
        }
    }

    @Test func aNoteOfThisBootChangesNothing() async throws {
        try await withScratch { home in
            try Store(home: home).write(.layers, key, "", [1])
            try flip(try Store(home: home).path(.layers, key), 3)
            #expect(try Store(home: home).contains(.layers, key))
        }
    }

    @Test func aNoteOfAnotherBootHasEverythingReadAgain() async throws {
        try await withScratch { home in
            let before = try Store(home: home)
            try before.write(.layers, key, ".torn", [1])
            try before.write(.layers, key, ".whole", [2])
            try flip(before.path(.layers, key, ".torn"), 0)
            try writeFile(home.appending("unflushed/another-boot_1"), [])
            let store = try Store(home: home)
            #expect(!store.contains(.layers, key, ".torn"))
            #expect(try store.read(.layers, key, ".whole", limit: 1) == [2])
            #expect(try notes(store).count == 1)
            // The note is gone: nothing is read again.
            try flip(store.path(.layers, key, ".whole"), 0)
            #expect(try Store(home: home).contains(.layers, key, ".whole"))
        }
    }

    @Test func notesOfEndedWritersGo() async throws {
        try await withScratch { home in
            let living = try Store(home: home)
            try living.write(.layers, key, ".a", [1])
            let own = try #require(try notes(living).first)
            do {
                let ended = try Store(home: home)
                try ended.write(.layers, key, ".b", [1])
            }
            let other = try #require(try notes(living).first { $0 != own })
            let directory = home.appending("unflushed")
            let now = Int64(time(nil))
            for name in [own, other] { try setTimes(directory.appending(name), now - 1000) }
            // Seen to have ended; a program that another test is just starting may hold the lock for a moment.
            for attempt in 1...100 {
                try Store(home: home).write(.layers, key, ".c\(attempt)", [1])
                if try notes(living).contains(other + ".ended") { break }
                try await Task.sleep(for: .milliseconds(50))
                try setTimes(directory.appending(other), now - 1000)
            }
            #expect(try Set(notes(living)).isSuperset(of: [own, other + ".ended"]))
            // Not long enough ago.
            try Store(home: home).write(.layers, key, ".d", [1])
            #expect(try Set(notes(living)).isSuperset(of: [own, other + ".ended"]))
            try setTimes(directory.appending(other + ".ended"), now - 1000)
            try Store(home: home).write(.layers, key, ".e", [1])
            #expect(try Set(notes(living)).contains(own))
            #expect(try !Set(notes(living)).contains(other + ".ended"))
        }
    }
}
