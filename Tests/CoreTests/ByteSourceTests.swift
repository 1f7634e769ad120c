// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

struct ByteSourceTests {
    @Test func `memory is read in pieces of any size`() throws {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        for size in [1, 7, 999, 1000, 5000] {
            let source = MemorySource(bytes)
            var all: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: size)
            while true {
                var span = chunk.mutableSpan
                let count = source.read(into: &span)
                if count == 0 { break }
                all += chunk[..<count]
            }
            #expect(all == bytes)
        }
    }

    @Test func `an empty buffer and an empty source give nothing`() throws {
        var none: [UInt8] = []
        var span = none.mutableSpan
        #expect(MemorySource([1]).read(into: &span) == 0)
        #expect(try MemorySource([]).readAll(limit: 0) == [])
    }

    @Test func `reading all respects its limit`() throws {
        #expect(try MemorySource([1, 2, 3]).readAll(limit: 3) == [1, 2, 3])
        let problem = #expect(throws: Problem.self) { try MemorySource([1, 2, 3]).readAll(limit: 2) }
        #expect(problem?.code == "bytes.tooMany")
    }
}
