// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFuzz
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every input that fuzzing found interesting or deadly once is read again: none may trap, hang or grow without bound.
struct SavedInputTests {
    private static let room = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("Fuzz")

    @Test(.timeLimit(.minutes(1)), arguments: FuzzTarget.allCases)
    func savedInputs(_ target: FuzzTarget) throws {
        var count = 0
        for folder in ["Corpus", "Crashers"] {
            let directory = Self.room.appending(folder).appending(target.rawValue)
            for name in try names(in: directory) {
                target.run(try readFile(directory.appending(name)))
                count += 1
            }
        }
        #expect(count > 0, "no seeds in Fuzz/Corpus/\(target.rawValue)")
    }

    /// Cut short and with single bits flipped, each seed is still only refused or read.
    @Test(.timeLimit(.minutes(2)), arguments: FuzzTarget.allCases)
    func damagedSeeds(_ target: FuzzTarget) throws {
        let directory = Self.room.appending("Corpus").appending(target.rawValue)
        for name in try names(in: directory) {
            let bytes = try readFile(directory.appending(name))
            for step in 0..<32 {
                target.run(Array(bytes.prefix(bytes.count * step / 32)))
                guard !bytes.isEmpty else { continue }
                var flipped = bytes
                flipped[bytes.count * step / 32] ^= UInt8(1 << (step % 8))
                target.run(flipped)
            }
        }
    }

    /// Damaged at random, the same way in every run; PLINTH_FUZZ_ROUNDS asks for more where there is no fuzzer.
    @Test(arguments: FuzzTarget.allCases) func mutatedSeeds(_ target: FuzzTarget) throws {
        let rounds = getenv("PLINTH_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 10
        let directory = Self.room.appending("Corpus").appending(target.rawValue)
        for (number, name) in try names(in: directory).enumerated() {
            let bytes = try readFile(directory.appending(name))
            var generator = SeededGenerator(seed: UInt64(number))
            for _ in 0..<rounds { target.run(mutated(bytes, by: &generator)) }
        }
    }

    private func names(in directory: FilePath) throws -> [String] {
        let listed = try? outputOf("find", [directory.string, "-type", "f", "-printf", "%P\\n"])
        return String(decoding: listed ?? [], as: UTF8.self).split(separator: "\n").map(String.init).sorted()
    }
}
