// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

/// Archives that others made to do harm: every one has a verdict, and none writes outside.
@Suite(.enabled(if: Fixtures.path("hostile") != nil)) struct HostileFixtureTests {
    enum Verdict: Sendable {
        case refused(String)
        /// Read in the one way that is safe, as so many entries.
        case read(Int)
    }

    static let verdicts: [String: Verdict] = [
        // Links that lead out of the tree are only links, and nothing goes through them.
        "binwalk/testing/tests/input-vectors/dirtraversal.tar": .read(12),
        "exarch/crates/exarch-python/tests/fixtures/cve-2024-12905-symlink-escape.tar": .read(2),
        "exarch/crates/exarch-python/tests/fixtures/cve-2025-4517-traversal.tar.gz": .refused("layer.leavesTree"),
        "exarch/crates/exarch-python/tests/fixtures/cve-2025-48387-hardlink.tar": .refused("layer.link"),
        // A repository whose objects lie outside it, which is the business of whoever reads the repository.
        "ostree/tests/ostree-path-traverse.tar.gz": .read(25),
        "ostree/tests/bare-split-xattrs-basic.tar.xz": .read(279),
        "exarch/crates/exarch-cli/tests/fixtures/sample.tar.gz": .read(2),
        // No tar archives.
        "exarch/crates/exarch-cli/tests/fixtures/symlink.zip": .refused("tar.truncated"),
        "exarch/crates/exarch-python/tests/fixtures/README.md": .refused("tar.corrupt"),
    ]

    @Test func everyFileHasAVerdict() throws {
        let root = try #require(Fixtures.path("hostile"))
        let found = try outputOf("find", [".", "-type", "f"], directory: root)
        let names = String(decoding: found, as: UTF8.self).split(separator: "\n").map { String($0.dropFirst(2)) }
        #expect(names.sorted() == Self.verdicts.keys.sorted())
    }

    @Test(arguments: verdicts.keys.sorted()) func verdict(name: String) async throws {
        let path = try #require(Fixtures.path("hostile/" + name))
        let verdict = try #require(Self.verdicts[name])
        try await withAsyncScratchDirectory { scratch in
            do {
                let image = try StoredImage.open(.tar(.path(path)), scratch: scratch)
                let tree = try await LayeredTree.read(image.platforms[0].layers, LayerReading(digests: true))
                guard case .read(let count) = verdict else {
                    Issue.record("it was read")
                    return
                }
                #expect(tree.count == count)
                _ = try RootfsExport(tree).unpack(to: scratch.appending("sub/root"))
                let links = try outputOf(
                    "find", [scratch.string, "!", "-path", "\(scratch)/sub/root/*", "!", "-type", "d"])
                #expect(links.isEmpty)
            } catch let problem as Problem where problem.code != "test.program" {
                guard case .refused(let code) = verdict else { throw problem }
                #expect(problem.code == code)
                #expect(problem.place != nil && problem.why != nil)
            }
            #expect(namesInDirectory(scratch).allSatisfy { $0 == "sub" })
        }
    }
}
