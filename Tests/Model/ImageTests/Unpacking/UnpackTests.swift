// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files of images become files of this machine.
@Suite struct UnpackTests {
    private static let isRoot = geteuid() == 0

    private static let layers: [[TestFile]] = [
        [
            .directory("d", mode: 0o1777), .file("d/a", "content of a"), .hardLink("d/b", to: "d/a"),
            .symlink("l", to: "../../etc/passwd"), .symlink("loop", to: "loop"), TestFile("p", .fifo, mode: 0o620),
            .directory("closed", mode: 0o500), .file("closed/in", "side", mode: 0o4555), .file("gone", "gone"),
            .file("z", String(repeating: "z", count: 700_000)), .hardLink("ll", to: "l"),
        ],
        [
            .file(".wh.gone", ""), TestFile("d/c", .file([1, 2]), user: 7, group: 8, modified: 12_345),
            .file("d/bad\n\u{1b}name", ""), .directory("closed/deep/er", mode: 0o000), .hardLink("e", to: "d/a"),
        ],
    ]

    /// What we see of the image is what lies there, whoever unpacks it.
    @Test(arguments: [true, false])
    func theSameTreeComesBack(hasRights: Bool) async throws {
        if hasRights && !Self.isRoot { return }
        try await withAsyncScratchDirectory { scratch in
            let tree = try await Self.tree(Self.layers, in: scratch)
            let place = scratch.appending("new/root")
            let (entries, losses) = try RootfsExport(tree).unpack(to: place, hasRights: hasRights)
            #expect(entries == tree.count)
            #expect(losses.notes.count == (hasRights ? 0 : 1))
            let again = try await Self.read(.directory(place))
            #expect(Self.facts(again, owners: hasRights) == Self.facts(tree, owners: hasRights))
            #expect(namesInDirectory(scratch.appending("new")) == ["root"])
            try outputOf("chmod", ["-R", "u+rwx", place.string])
        }
    }

    @Test func devicesAndOwnersNeedRights() async throws {
        let files: [TestFile] = [
            TestFile("null", .characterDevice(major: 1, minor: 3)), .hardLink("same", to: "null"), .file("a", ""),
            TestFile("b", .file([]), user: 9_999), TestFile("c", .symlink("b"), group: 9_999),
        ]
        try await withAsyncScratchDirectory { scratch in
            let tree = try await Self.tree([files], in: scratch)
            let place = scratch.appending("root")
            let losses = try RootfsExport(tree).unpack(to: place, hasRights: false).losses
            #expect(namesInDirectory(place) == ["a", "b", "c"])
            #expect(losses.devices == 2)
            #expect(
                losses.notes == [
                    "owners are not kept, for which root's rights are needed: \(Self.isRoot ? 2 : 3) entries",
                    "left out 2 devices, for which root's rights are needed: /null",
                ])
            guard Self.isRoot else { return }
            let full = scratch.appending("full")
            #expect(try RootfsExport(tree).unpack(to: full, hasRights: true).losses.devices == 0)
            let again = try await Self.read(.directory(full))
            #expect(again["null"]?.kind == .characterDevice(major: 1, minor: 3) || Self.mayNotMakeDevices(full))
        }
    }

    /// In a container even root may not.
    private static func mayNotMakeDevices(_ place: FilePath) -> Bool {
        place.appending("probe").withPlatformString { mknod($0, S_IFCHR | 0o600, 0x103) } != 0
    }

    /// An empty directory is taken; anything else is left alone.
    @Test func whatIsThere() async throws {
        try await withAsyncScratchDirectory { scratch in
            let tree = try await Self.tree([[.file("a", "text")]], in: scratch)
            let place = scratch.appending("root")
            try makeDirectories(place)
            _ = try RootfsExport(tree).unpack(to: place)
            #expect(namesInDirectory(place) == ["a"])
            try writeFile(scratch.appending("file"), "")
            for (path, code) in [
                (place, "file.notEmpty"), (scratch.appending("file"), "file.notDirectory"),
                (place.appending("."), "file.destination"), ("/", "file.destination"),
            ] {
                let destination = try #require(try FilesDestination(parsing: "dir:\(path)"))
                for problem in [
                    #expect(throws: Problem.self) { try destination.preflight() },
                    #expect(throws: Problem.self) { try RootfsExport(tree).unpack(to: path) },
                ] {
                    #expect(problem?.code == code, "\(path)")
                    #expect(problem?.kind == .usage)
                }
            }
            #expect(namesInDirectory(scratch) == ["file", "image", "root"])
        }
    }

    /// What a killed run leaves is removed by the next, however deep, closed or full of links out of it.
    @Test func litterOfKilledRuns() async throws {
        try await withAsyncScratchDirectory { scratch in
            let tree = try await Self.tree([[.file("a", "text")]], in: scratch)
            let part = scratch.appending(".root.part")
            try writeFile(scratch.appending("precious"), "mine")
            try writeFile(part.appending("x/y/z/file"), "")
            try outputOf("ln", ["-s", scratch.string, part.appending("x/y/out").string])
            try outputOf("chmod", ["000", part.appending("x/y/z").string])
            var deep = part
            for _ in 0..<40 { deep = deep.appending(String(repeating: "d", count: 60)) }
            try makeDirectories(deep)
            _ = try RootfsExport(tree).unpack(to: scratch.appending("root"))
            #expect(namesInDirectory(scratch.appending("root")) == ["a"])
            #expect(namesInDirectory(scratch) == ["image", "precious", "root"])
        }
    }

    /// A link in the place of our directory is not followed.
    @Test func aLinkInOurPlace() async throws {
        try await withAsyncScratchDirectory { scratch in
            let tree = try await Self.tree([[.file("a", "text")]], in: scratch)
            let victim = scratch.appending("victim")
            try writeFile(victim.appending("precious"), "mine")
            try outputOf("ln", ["-s", victim.string, scratch.appending(".root.part").string])
            let problem = #expect(throws: Problem.self) { try RootfsExport(tree).unpack(to: scratch.appending("root")) }
            #expect(problem?.code == "file.write")
            #expect(namesInDirectory(victim) == ["precious"])
        }
    }

    /// A failure leaves nothing.
    @Test func failures() async throws {
        try await withAsyncScratchDirectory { scratch in
            let root = scratch.appending("source")
            try writeFile(root.appending("deep/a"), "text")
            try writeFile(root.appending("deep/b"), "more text")
            let tree = try await Self.read(.directory(root))
            try writeFile(root.appending("deep/b"), "less")
            let problem = #expect(throws: Problem.self) { try RootfsExport(tree).unpack(to: scratch.appending("root")) }
            #expect(problem?.code == "layer.changed")
            #expect(namesInDirectory(scratch) == ["source"])
        }
    }

    @Test func deepPaths() async throws {
        let deep = String(repeating: "deep/", count: 300) + "file"
        try await withAsyncScratchDirectory { scratch in
            let tree = try await Self.tree([[.file(deep, "text")]], in: scratch)
            #expect(try RootfsExport(tree).unpack(to: scratch.appending("root")).entries == tree.count)
        }
    }

    /// Wherever the entry before lay, each comes to its own place.
    @Test func directoriesOfAllKinds() async throws {
        let names = ["a/b/c", "a/bc/d", "a/b", "ab/c", "a", "b/a/b", "b", "a/b/c/d/e", "a/bc", "abc/d"]
        let files = names.map { TestFile.file("\($0)/file", $0) } + names.reversed().map { .file("\($0)/other", $0) }
        try await withAsyncScratchDirectory { scratch in
            let tree = try await Self.tree([files], in: scratch)
            _ = try RootfsExport(tree).unpack(to: scratch.appending("root"))
            #expect(
                try await Self.facts(Self.read(.directory(scratch.appending("root"))), owners: false)
                    == Self.facts(tree, owners: false))
        }
    }

    @Test func attributes() async throws {
        try await withAsyncScratchDirectory { scratch in
            var entry = TarEntry(name: Array("a".utf8), kind: .file, mode: 0o400, user: UInt32(geteuid()))
            entry.attributes = ["user.note": Array("text".utf8), "not.a.namespace": [1]]
            entry.group = UInt32(getegid())
            let file = scratch.appending("a.tar")
            try writeFile(file, TarHeader.encode(entry) + TarHeader.endOfArchive)
            let tree = try await Self.read(.tar(.path(file)))
            let losses = try RootfsExport(tree).unpack(to: scratch.appending("root")).losses
            #expect(losses.notes.last?.contains("not.a.namespace of /a") == true)
            // Whether the file system keeps the first depends on the machine.
            if losses.attributes == 2 { return }
            let again = try await Self.read(.directory(scratch.appending("root")))
            #expect(again["a"]?.attributes == ["user.note": Array("text".utf8)])
            _ = try RootfsExport(again).write(to: scratch.appending("b.tar"))
            #expect(
                try await Self.read(.tar(.path(scratch.appending("b.tar"))))["a"]?.attributes == again["a"]?.attributes)
        }
    }
}

extension UnpackTests {
    private static func read(_ source: ImageSource) async throws -> LayeredTree {
        let image = try StoredImage.open(source)
        return try await LayeredTree.read(image.platforms[0].layers, LayerReading(digests: true))
    }

    private static func tree(_ layers: [[TestFile]], in scratch: FilePath) async throws -> LayeredTree {
        let place = ImageDestination.layout(scratch.appending("image"), tag: nil)
        let tars = layers.map { TestTar.archive($0, addsParents: false) }
        _ = try place.write(LayerSample.image(tars: tars))
        return try await read(place.source)
    }

    private static func facts(_ tree: LayeredTree, owners: Bool) -> [String] {
        RootfsExportTests.facts(tree, owners: owners)
    }
}
