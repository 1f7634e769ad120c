// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthELF
import PlinthTestSupport
import SystemPackage
import Testing

/// Real objects, damaged ones among them, judged by `readelf`.
@Suite(.enabled(if: ObjectFixtures.areThere)) struct ObjectFixtureTests {
    @Test func agreesWithReadelf() throws {
        var compared = 0
        for (name, bytes, listing) in try ObjectFixtures.judged.get() {
            let isDamaged = listing.contains("Warning:") || listing.contains("Error:")
            guard let summary = try? ELFSummary(parsing: bytes.span) else {
                // The content of a debug file lies in another file; its headers still point at it.
                #expect(isDamaged || listing.contains("There is no dynamic section"), "\(name)")
                continue
            }
            if isDamaged { continue }
            #expect(summary.bits == (listing.contains("ELF64") ? 64 : 32), "\(name)")
            #expect(summary.isLittleEndian == listing.contains("little endian"), "\(name)")
            let flags = Self.between(listing, "Flags:                             0x", "\n").first ?? ""
            #expect(summary.flags == UInt32(flags.prefix { $0.isHexDigit }, radix: 16), "\(name)")
            if summary.kind != .other {
                #expect(summary.needed == Self.names(listing, "(NEEDED)"), "\(name)")
                #expect(summary.soname == Self.names(listing, "(SONAME)").first, "\(name)")
            }
            let interpreter = Self.between(listing, "program interpreter: ", "]").first
            #expect(summary.interpreter == interpreter, "\(name)")
            compared += 1
        }
        #expect(compared > 250)
    }

    /// Pieces of real objects with bytes changed at places that a seed chooses.
    @Test func survivesMutations() throws {
        var random = SeededGenerator(state: 0x5eed)
        for (_, whole, _) in try ObjectFixtures.judged.get().prefix(100) {
            var bytes = Array(whole.prefix(32_768))
            for _ in 0..<40 {
                let kept = bytes
                for _ in 0..<4 {
                    // Most of the structures lie in the first kilobyte.
                    let bound = Bool.random(using: &random) ? min(1024, bytes.count) : bytes.count
                    bytes[Int.random(in: 0..<bound, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                _ = try? ELFSummary(parsing: bytes.span)
                bytes = kept
            }
        }
    }

    private static func names(_ listing: String, _ tag: String) -> [String] {
        listing.split(separator: "\n").filter { $0.contains(tag) }.compactMap { line in
            between(String(line), "[", "]").first
        }
    }

    private static func between(_ text: String, _ start: String, _ end: String) -> [String] {
        text.components(separatedBy: start).dropFirst().compactMap { $0.components(separatedBy: end).first }
    }
}

struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

enum ObjectFixtures {
    private static let folder = Fixtures.path("elf")?.string

    static let areThere =
        folder != nil && FileManager.default.isExecutableFile(atPath: "/usr/bin/readelf")
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/bzip2")

    /// Every object below 256 KiB with what readelf says of it.
    static let judged = Result { try load() }

    private static func load() throws -> [(name: String, bytes: [UInt8], listing: String)] {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "objects-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let names = String(decoding: try run(script, in: scratch), as: UTF8.self).split(separator: "\n")
        return try names.map { name in
            let bytes = [UInt8](try Data(contentsOf: scratch.appending(path: name)))
            let listing = [UInt8](try Data(contentsOf: scratch.appending(path: name + ".readelf")))
            return (String(name), bytes, String(decoding: listing, as: UTF8.self))
        }
    }

    /// One shell for all of them; two of the files unpack to four gigabytes.
    private static let script = """
        find "$0" -type f | sort | while read -r file; do
            name=$(echo "$file" | sha256sum | cut -c 1-8)-$(basename "$file" .bz2)
            case "$file" in *.bz2) bzip2 -dc "$file" 2>&- | head -c 262144 > "$name";; *) cp "$file" "$name"; chmod u+w "$name";; esac
            if test "$(head -c 4 "$name" | tail -c 3)" = ELF && test "$(wc -c < "$name")" -lt 262144; then
                echo "$name"; readelf -h -l -d -W "$name" > "$name.readelf" 2>&1
            fi
        done
        """

    private static func run(_ script: String, in scratch: URL) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, folder ?? ""]
        process.currentDirectoryURL = scratch
        process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }
}
