// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where apko was run.
private let apkoDirectory = Fixtures.path("alpine/apko/internal/cli")

/// apko's own file, unchanged, against the layout that apko made of it.
@Suite(.enabled(if: apkoDirectory != nil, "no fixtures of apko beside the checkout"))
struct ApkoTests {
    /// What differs, and why.
    private static let explained: [String: String] = [
        "etc/apko.json": "apko's record of its own file; ours are the lock and the SPDX document",
        "etc/os-release": "the package gives it to 501:20; apko's archive lost that",
        "etc/apk/world": "apko wrote what its lock had pinned; ours is what the file asks for",
        "usr/lib/apk/db/installed": "compared by what it says",
    ]

    private struct Index: Decodable {
        struct Item: Decodable {
            struct Platform: Decodable { var architecture: String }
            var digest: String
            var platform: Platform?
        }
        var manifests: [Item]
    }

    private struct Manifest: Decodable {
        struct Layer: Decodable { var digest: String }
        var layers: [Layer]
    }

    /// The one layer of a layout's image.
    private static func layer(of layout: FilePath, _ architecture: String) throws -> FilePath {
        func blob(_ digest: String) -> FilePath {
            layout.appending("blobs/sha256").appending(String(digest.dropFirst(7)))
        }
        func decoded<Value: Decodable>(_ type: Value.Type, _ file: FilePath) throws -> Value {
            try JSONDecoder().decode(type, from: Data(try readFile(file)))
        }
        var index = try decoded(Index.self, layout.appending("index.json"))
        if index.manifests.count == 1, index.manifests[0].platform == nil {
            index = try decoded(Index.self, blob(index.manifests[0].digest))
        }
        let item = try #require(index.manifests.first { $0.platform?.architecture == architecture })
        let layers = try decoded(Manifest.self, blob(item.digest)).layers
        #expect(layers.count == 1)
        return blob(try #require(layers.first).digest)
    }

    private static func build(_ recipe: String, to layout: FilePath, in scratch: FilePath) throws {
        let directory: FilePath = try #require(apkoDirectory)
        let result = try runProgram(
            PlinthRun.binary, ["build", recipe, "-o", "oci:\(layout)"], directory: directory,
            variables: ["PLINTH_HOME": scratch.appending("store").string, "XDG_CONFIG_HOME": scratch.string])
        #expect(result.status == 0, "\(result.errorText)")
    }

    @Test(arguments: ["amd64", "arm64"]) func goldenLayout(_ architecture: String) throws {
        try withScratchDirectory { scratch in
            let layout = scratch.appending("image")
            try Self.build("testdata/apko.yaml", to: layout, in: scratch)
            let golden = try #require(apkoDirectory).appending("testdata/golden")
            let ours = try TarListing.of(try Self.layer(of: layout, architecture))
            let theirs = try TarListing.of(try Self.layer(of: golden, architecture))
            let names = Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] }
            #expect(names.sorted() == Self.explained.keys.sorted())
            #expect(ours["etc/os-release"]?.hasPrefix("file 644 501:20 ") == true)
        }
    }

    /// apko writes the same facts in another order, and `i:[]` for nothing.
    @Test func databaseSaysTheSame() throws {
        try withScratchDirectory { scratch in
            let layout = scratch.appending("image")
            try Self.build("testdata/apko.yaml", to: layout, in: scratch)
            let golden = try #require(apkoDirectory).appending("testdata/golden")
            let ours = try Self.database(try Self.layer(of: layout, "amd64"))
            let theirs = try Self.database(try Self.layer(of: golden, "amd64"))
            let empty: Set<String> = ["U:", "D:", "p:", "i:[]", "k:0", "t:0"]
            func facts(_ text: String) -> [Set<String>] {
                text.split(separator: "\n\n").map { stanza in
                    Set(stanza.split(separator: "\n").map(String.init)).subtracting(empty).subtracting(["a:501:20:0644"]
                    )
                    .subtracting(["a:501:20:644"])
                }
            }
            #expect(facts(ours) == facts(theirs))
            #expect(ours.contains("a:501:20:644\n"))
        }
    }

    private static func database(_ layer: FilePath) throws -> String {
        let text = try outputOf("tar", ["-xOf", layer.string, "usr/lib/apk/db/installed"])
        return String(decoding: text, as: UTF8.self)
    }

    @Test func layersByOriginWithABudget() throws {
        try withScratchDirectory { scratch in
            let layout = scratch.appending("image")
            try Self.build("testdata/layering.yaml", to: layout, in: scratch)
            let inspected = try runProgram(
                PlinthRun.binary, ["inspect", "oci:\(layout)", "--platform", "linux/amd64", "--layers"],
                variables: ["PLINTH_HOME": scratch.appending("store").string])
            // Two packages of two sources, and what belongs to the whole image.
            #expect(inspected.text.contains("3: "), "\(inspected.text)")
        }
    }
}
