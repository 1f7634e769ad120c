// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthBuild

struct ParsedControlTests {
    @Test func parsesOnce() throws {
        let parsed = ParsedControl()
        var times = 0
        for _ in 0..<3 {
            let value = try parsed.value {
                times += 1
                return times
            }
            #expect(value == 1)
        }
    }

    @Test func triesAgainAfterAFailure() throws {
        let parsed = ParsedControl()
        #expect(throws: Problem.self) { try parsed.value { () throws -> Int in throw Problem("test", "no") } }
        #expect(try parsed.value { 7 } == 7)
    }

    @Test func copiesOfASegmentShareIt() throws {
        try PackageBench.with { bench in
            let segment = try bench.segments(DefaultEntrypointTests.packages)[0]
            let copy = segment
            #expect(try copy.debControl() == segment.debControl())
            #expect(copy.parsed === segment.parsed)
        }
    }
}
