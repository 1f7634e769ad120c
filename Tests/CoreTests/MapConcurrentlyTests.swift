// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Synchronization
import Testing

struct MapConcurrentlyTests {
    private struct Failure: Error {}

    /// How many are at work, and how many were at most.
    private final class Gauge: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock { $0.most } }

        func enter() {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test(arguments: [1, 3, 100]) func `results keep their order and the limit holds`(limit: Int) async throws {
        let gauge = Gauge()
        let results = try await mapConcurrently(Array(0..<50), limit: limit) { number in
            gauge.enter()
            for _ in 0..<(50 - number) % 7 { await Task.yield() }
            gauge.leave()
            return number * 2
        }
        #expect(results == (0..<50).map { $0 * 2 })
        #expect(gauge.most <= limit)
    }

    @Test func `nothing gives nothing`() async throws {
        #expect(try await mapConcurrently([Int](), limit: 4) { $0 } == [])
    }

    @Test func `the first error ends the rest`() async {
        let begun = Gauge()
        await #expect(throws: Failure.self) {
            try await mapConcurrently(Array(0..<1000), limit: 2) { number in
                begun.enter()
                if number == 3 { throw Failure() }
                try Task.checkCancellation()
            }
        }
        #expect(begun.most < 1000)
    }
}
