// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthReports
import Testing

@testable import PlinthBuild

/// What `build` tells of the directories of an image.
struct TreeSummaryTests {
    static func tree(_ files: [(path: String, size: Int, package: String?)]) -> FileTree {
        var tree = FileTree(epoch: 0)
        for file in files {
            guard let path = TreePath(text: file.path) else { continue }
            let origin = file.package.map { FileNode.Origin.package($0) } ?? .recipe(line: 1)
            tree.write(path, [UInt8](repeating: 0, count: file.size), origin: origin)
        }
        return tree
    }

    /// `name/ size files packages`, what is below it behind it.
    static func lines(_ report: DirectoryReport, _ lead: String = "") -> [String] {
        return ["\(lead)\(report.name)/ \(report.size.bytes) \(report.files) \(report.packages)"]
            + report.directories.flatMap { lines($0, lead + report.name + "/") }
    }

    @Test func `the largest first, small ones together`() {
        let tree = Self.tree([
            ("usr/bin/a", 400, "a"), ("usr/lib/x/y/z/deep", 500, "b"), ("usr/share/doc/a", 1, "a"), ("etc/a", 50, "a"),
            ("etc/b", 50, nil), ("var/small", 3, "c"),
        ])
        #expect(
            Self.lines(TreeSummary(tree).report) == [
                "/ 1004 6 3", "/usr/ 901 3 2", "/usr/lib/x/y/ 500 1 1", "/usr/bin/ 400 1 1", "/etc/ 100 2 1",
            ])
    }

    @Test func `not more than can be read at a glance`() {
        let tree = Self.tree((0..<40).map { ("d\($0)/f", 100 - $0, nil) })
        let lines = Self.lines(TreeSummary(tree).report)
        #expect(lines.count == 13)
        #expect(lines[0] == "/ 3220 40 0")
        #expect(lines[1] == "/d0/ 100 1 0")
    }

    @Test func `an image of nothing`() {
        #expect(Self.lines(TreeSummary(FileTree(epoch: 0)).report) == ["/ 0 0 0"])
    }

    @Test func `a file of several names counts once`() {
        var tree = Self.tree([("a/x", 100, nil)])
        tree.put(TreePath("a/y"), FileNode(.hardLink(TreePath("a/x")), mode: 0o644, origin: .recipe(line: 1)))
        #expect(Self.lines(TreeSummary(tree).report) == ["/ 100 2 0", "/a/ 100 2 0"])
    }
}
