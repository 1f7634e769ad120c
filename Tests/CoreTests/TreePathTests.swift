// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

struct TreePathTests {
    @Test(arguments: [
        ("a/b", "a/b"), ("/a/b", "a/b"), ("./a/b/", "a/b"), ("a//b/./c", "a/b/c"), ("", ""), ("/", ""), ("./", ""),
        (".", ""), ("..a/b..", "..a/b.."), ("ü/é", "ü/é"),
    ])
    func `names of archives become normal`(name: String, expected: String) throws {
        let path = try TreePath(archiveName: Array(name.utf8))
        #expect(path.bytes == Array(expected.utf8))
        #expect(path.isRoot == expected.isEmpty)
    }

    @Test(arguments: [
        ("..", TreePath.Fault.leavesTree), ("a/../b", .leavesTree), ("/..", .leavesTree),
        ("a\u{0}b", .controlCharacter(offset: 1)), ("a/\n", .controlCharacter(offset: 2)),
        ("\u{7f}", .controlCharacter(offset: 0)), (String(repeating: "n", count: 256), .tooLong),
        (String(repeating: "n/", count: 2049), .tooLong),
    ])
    func `names that no tree can hold are refused`(name: String, expected: TreePath.Fault) {
        #expect(throws: expected) { try TreePath(archiveName: Array(name.utf8)) }
    }

    @Test func `the longest names are allowed`() throws {
        #expect(try TreePath(archiveName: [UInt8](repeating: 97, count: 255)).bytes.count == 255)
        #expect(try TreePath(archiveName: Array(String(repeating: "n/", count: 2048).utf8)).bytes.count == 4095)
    }

    @Test func `order is that of a walk, not that of bytes`() {
        let walk: [TreePath] = ["", "a", "a/b", "a/b/c", "a/z", "a-b", "a.b", "a0", "b"].map {
            TreePath(unchecked: Array($0.utf8))
        }
        #expect(walk.reversed().sorted() == walk)
    }

    @Test func `paths are bytes, not characters`() {
        let (composed, decomposed) = (TreePath("\u{e9}"), TreePath("e\u{301}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test func `parents, names and what lies inside`() {
        let path: TreePath = TreePath("usr/lib/libc.so")
        #expect(path.parent == TreePath("usr/lib"))
        #expect(path.parent?.parent?.parent == .root)
        #expect(TreePath.root.parent == nil)
        #expect(path.name.elementsEqual("libc.so".utf8))
        #expect(path.components.map { String(decoding: $0, as: UTF8.self) } == ["usr", "lib", "libc.so"])
        #expect(TreePath.root.appending("a").appending("b") == TreePath("a/b"))
        #expect(path.isInside(TreePath("usr/lib")) && path.isInside(path) && path.isInside(.root))
        #expect(!path.isInside(TreePath("usr/li")) && !TreePath("usr").isInside(path))
    }

    @Test func `text of people`() {
        #expect(TreePath(text: "/etc//passwd")?.description == "etc/passwd")
        #expect(TreePath(text: "../x") == nil)
    }
}
