// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

@Suite struct ImageFilesTests {
    private static let layers: [[TestFile]] = [
        [
            .directory("etc"), .file("etc/a", "lower a"), .file("etc/b", "lower b"), .directory("usr"),
            .directory("usr/lib"), .symlink("lib", to: "usr/lib"), .file("usr/lib/os-release", "ID=x"),
            .symlink("etc/os-release", to: "../usr/lib/os-release"), .directory("gone"), .file("gone/x", "x"),
        ],
        [.directory("etc"), .file("etc/a", "middle a"), .file("etc/.wh.b", ""), .hardLink("etc/c", to: "etc/a")],
        [.directory("etc"), .file("etc/d", "upper d"), .directory("gone"), .file("gone/.wh..wh..opq", "")],
    ]

    private func with<Result>(_ layers: [[TestFile]], _ body: (inout ImageFiles) throws -> Result) throws -> Result {
        try withScratchDirectory { scratch in
            let place = ImageDestination.layout(scratch.appending("l"), tag: nil)
            let tars = layers.map { TestTar.archive($0, addsParents: false) }
            _ = try place.write(LayerSample.image(tars: tars))
            var files = ImageFiles(try StoredImage.open(place).platforms[0].layers)
            return try body(&files)
        }
    }

    @Test(arguments: [
        ("etc/d", "upper d", 1), ("etc/a", "middle a", 2), ("etc/c", "middle a", 2), ("etc/os-release", "ID=x", 3),
        ("lib/os-release", "ID=x", 3),
    ])
    func readsNoMoreLayersThanNeeded(path: String, content: String, layersRead: Int) throws {
        try with(Self.layers) { files in
            let path = try #require(TreePath(text: path))
            let bytes = try files.content(path)
            #expect(String(decoding: bytes, as: UTF8.self) == content)
            #expect(files.layersRead == layersRead)
        }
    }

    @Test(arguments: ["etc/b", "gone/x", "etc", "none", "etc/a/x", "usr/lib"])
    func missing(path: String) throws {
        try with(Self.layers) { files in
            let path = try #require(TreePath(text: path))
            let problem = #expect(throws: Problem.self) { try files.content(path) }
            #expect(problem?.code == "tree.missing")
        }
    }

    /// The upper layer has an entry below a link of the lower one.
    @Test func allIsReadWhereALayerDoesNotStandAlone() throws {
        let upper: [TestFile] = [.file("lib/os-release", "ID=new")]
        try with(Self.layers + [upper]) { files in
            for (path, content) in [("etc/os-release", "ID=new"), ("lib/os-release", "ID=new"), ("etc/a", "middle a")] {
                let path = try #require(TreePath(text: path))
                let bytes = try files.content(path)
                #expect(bytes == Array(content.utf8))
            }
            #expect(files.layersRead == 4)
        }
    }

    @Test func loopsEnd() throws {
        try with([[.symlink("a", to: "b"), .symlink("b", to: "a"), .symlink("up", to: "../../../b/x")]]) { files in
            for path in ["a", "a/x", "up"] {
                let path = try #require(TreePath(text: path))
                let problem = #expect(throws: Problem.self) { try files.content(path) }
                #expect(problem?.code == "tree.missing")
            }
        }
    }
}
