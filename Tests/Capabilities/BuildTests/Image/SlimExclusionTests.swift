// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

struct SlimExclusionTests {
    @Test func tellsDpkgWhatStaysOut() throws {
        var tree = FileTree(epoch: 7)
        SlimExclusions.write(into: &tree)
        #expect(tree.nodes.isEmpty)
        tree.write(TreePath("usr/bin/dpkg"), [], mode: 0o755, origin: .package("dpkg"))
        SlimExclusions.write(into: &tree)
        let text = String(decoding: try tree.contents(TreePath("etc/dpkg/dpkg.cfg.d/slim")), as: UTF8.self)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("# "))
        #expect(lines.contains("path-exclude=/usr/share/man/*") && lines.contains("path-exclude=/usr/share/info/*"))
        // The last that fits decides.
        #expect(lines.suffix(2) == ["path-exclude=/usr/share/doc/*", "path-include=/usr/share/doc/*/copyright"])
    }

    @Test func takesAwayWhatEffectsMade() throws {
        var tree = FileTree(epoch: 7)
        let paths = ["usr/share/info/dir", "usr/share/info/own", "usr/share/doc/x/copyright", "etc/x"]
            .compactMap { TreePath(text: $0) }
        for path in paths { tree.write(path, [], origin: .effect("e")) }
        tree[paths[1]]?.origin = .package("p")
        NormalisationPolicy.undocumented.drop(paths, from: &tree)
        #expect(paths.filter { tree[$0] != nil } == Array(paths[1...]))
    }
}
