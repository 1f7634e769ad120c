// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program, killed in the midst of moving an image, and run again.
@Suite(.enabled(if: hasRegistry, Comment(rawValue: noRegistry)), .timeLimit(.minutes(5)))
struct KilledTests {
    /// An image of eight layers that no program could unpack, as they are only moved.
    private struct NoisyImage {
        static let layer = 3 << 20
        static let size = 8 * layer
        let digest: Digest

        init(in layout: FilePath) throws {
            var descriptors: [String] = []
            func put(_ bytes: [UInt8], _ type: String) throws -> String {
                let digest = Digest.of(bytes)
                try writeFile(layout.appending("blobs/sha256").appending(digest.hex), bytes)
                return
                    #"{"mediaType":"application/vnd.oci.image.\#(type)","digest":"\#(digest)","size":\#(bytes.count)}"#
            }
            for seed in 0..<8 {
                var generator = SeededGenerator(seed: UInt64(seed))
                let words = (0..<Self.layer / 8).map { _ in generator.next() }
                descriptors.append(try put(words.withUnsafeBytes { Array($0) }, "layer.v1.tar"))
            }
            let diffs = descriptors.compactMap { $0.split(separator: "\"digest\":").last?.prefix(73) }
            let layers = diffs.joined(separator: ",")
            let text = #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(layers)]}}"#
            let config = try put(Array(text.utf8), "config.v1+json")
            let list = descriptors.joined(separator: ",")
            let manifest = Array(#"{"schemaVersion":2,"config":\#(config),"layers":[\#(list)]}"#.utf8)
            digest = .of(manifest)
            let root = try put(manifest, "manifest.v1+json")
            try writeFile(layout.appending("index.json"), #"{"schemaVersion":2,"manifests":[\#(root)]}"#)
            try writeFile(layout.appending("oci-layout"), #"{"imageLayoutVersion":"1.0.0"}"#)
        }
    }

    /// Starts the program and kills it when the condition holds.
    private static func kill(_ run: PlinthRun, _ words: [String], when condition: () -> Bool) async throws {
        let program = try RunningProgram(PlinthRun.binary, words, directory: run.home, variables: run.variables)
        for _ in 0..<30_000 where !condition() && !program.hasEnded { try await Task.sleep(for: .milliseconds(2)) }
        #expect(program.kill(), "it had ended before")
    }

    /// Runs the program through a proxy, which is served by this process: waiting for it must hold up nobody.
    private static func finish(_ run: PlinthRun, _ words: [String]) async throws {
        let program = try RunningProgram(PlinthRun.binary, words, directory: run.home, variables: run.variables)
        #expect(try await program.wait() == 0, "\(words)")
    }

    private static func withImage(
        _ body: (PlinthRun, NoisyImage, RegistryProcess) async throws -> Void
    ) async throws {
        try await withRegistry { registry in
            try await withAsyncScratchDirectory { directory in
                var run = PlinthRun(home: directory)
                run.variables["TMPDIR"] = directory.appending("tmp").string
                try makeDirectories(directory.appending("tmp"))
                try await body(run, try NoisyImage(in: directory.appending("big")), registry)
                #expect(namesInDirectory(directory.appending("tmp")).isEmpty)
                #expect(namesInDirectory(directory.appending("store/tmp")).isEmpty)
            }
        }
    }

    /// - Parameter part: of the image's bytes, after which the program is killed.
    @Test(arguments: [0.1, 0.7]) func push(after part: Double) async throws {
        try await Self.withImage { run, image, registry in
            let wanted = Int(part * Double(NoisyImage.size))
            try await SlowProxy.with(registry.port, pace: 4 << 20) { proxy in
                try await Self.kill(run, ["push", "big", "\(proxy.host)/team/big:1"]) { proxy.up >= wanted }
            }
            // What names the rest comes last: nobody sees half an image.
            #expect(try run("pull", "\(registry.host)/team/big:1", "early").status == 2)
            try await SlowProxy.with(registry.port) { proxy in
                try await Self.finish(run, ["push", "big", "\(proxy.host)/team/big:1"])
                // What had arrived as a whole is not sent again.
                if part > 0.5 { #expect(proxy.up < NoisyImage.size - NoisyImage.layer + 300_000, "\(proxy.up)") }
            }
            try Self.expectSame(run, image, registry)
        }
    }

    @Test(arguments: [0.05, 0.6]) func pull(after part: Double) async throws {
        try await Self.withImage { run, image, registry in
            #expect(try run("push", "big", "\(registry.host)/team/big:1").status == 0)
            let wanted = Int(part * Double(NoisyImage.size))
            let first = try await SlowProxy.with(registry.port, pace: 4 << 20) { proxy in
                try await Self.kill(run, ["pull", "\(proxy.host)/team/big:1", "back"]) { proxy.down >= wanted }
                return proxy.down
            }
            #expect(namesInDirectory(run.home.appending("back")).isEmpty)
            try await SlowProxy.with(registry.port) { proxy in
                try await Self.finish(run, ["pull", "\(proxy.host)/team/big:1", "back"])
                // Downloads go on where they stopped, but for what was still on its way.
                #expect(proxy.down < NoisyImage.size - first + (2 << 20), "\(first), then \(proxy.down)")
            }
            try Self.expectSame(run, image, registry)
        }
    }

    /// Killed while it writes: what is there was there before, and the next run leaves nothing else.
    @Test func copy() async throws {
        try await Self.withImage { run, _, _ in
            let blobs = run.home.appending("copy/blobs/sha256")
            try Self.killOften(run, ["copy", "big", "copy"], removing: "copy") { !namesInDirectory(blobs).isEmpty }
            #expect(try run("inspect", "copy", "--raw").status == 2)
            #expect(try run("copy", "big", "copy").status == 0)
            try Self.expectSame("big", "copy", run)
            try writeFile(run.home.appending("files/a"), [UInt8](repeating: 7, count: 1 << 26))
            for (to, place) in [("dir:root", "root"), ("tar:files.tar.xz", "files.tar.xz")] {
                let part = run.home.appending(".\(place).part")
                try Self.killOften(run, ["copy", "dir:files", to], removing: place) {
                    (try? part.stat()).map { $0.type != .directory || !namesInDirectory(part).isEmpty } ?? false
                }
                #expect((try? run.home.appending(place).stat()) == nil)
                #expect(try run("copy", "dir:files", to).status == 0)
            }
            #expect(try runProgram("cmp", ["files/a", "root/a"], directory: run.home).status == 0)
            let names = namesInDirectory(run.home).filter { $0 != "store" }
            #expect(names == ["big", "copy", "files", "files.tar.xz", "root", "tmp"])
        }
    }

    /// Kills a program that may be too quick, which is then tried again.
    private static func killOften(
        _ run: PlinthRun, _ words: [String], removing place: String, when condition: () -> Bool
    ) throws {
        for _ in 0..<20 {
            let program = try RunningProgram(PlinthRun.binary, words, directory: run.home, variables: run.variables)
            while !condition() && !program.hasEnded { usleep(200) }
            if program.kill() { return }
            try outputOf("rm", ["-rf", place], directory: run.home)
        }
        Issue.record("it was never killed: \(words)")
    }

    private static func expectSame(_ run: PlinthRun, _ image: NoisyImage, _ registry: RegistryProcess) throws {
        let last = try run("pull", "\(registry.host)/team/big:1", "last")
        #expect(last.text.contains("\(image.digest)"), "\(last.errorText)")
        try expectSame("big", "last", run)
    }

    /// The same files, and no others.
    private static func expectSame(_ one: String, _ other: String, _ run: PlinthRun) throws {
        let same = try runProgram("diff", ["-r", "\(one)/blobs", "\(other)/blobs"], directory: run.home)
        #expect(same.status == 0, "\(same.text)")
        #expect(namesInDirectory(run.home.appending(other)) == ["blobs", "index.json", "oci-layout"])
    }
}
