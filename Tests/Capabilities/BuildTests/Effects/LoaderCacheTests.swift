// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthCore
import PlinthELF
import PlinthImage
import Testing

@testable import PlinthBuild

@Suite struct LoaderCacheTests {
    @Test(.enabled(if: !RootTree.all.isEmpty), arguments: RootTree.all)
    func equalsWhatLdconfigWrote(_ root: RootTree) throws {
        var tree = try root.extracted()
        _ = try LoaderCacheEffect().apply(to: &tree, in: root.context())
        #expect(try tree.contents(TreePath("etc/ld.so.cache")) == root.configured("etc/ld.so.cache"))
    }

    @Test(.enabled(if: !RootTree.foreign.isEmpty), arguments: RootTree.foreign)
    func equalsWhatOtherMachinesWrite(_ root: RootTree) throws {
        let words = try String(contentsOf: root.folder.appending(path: "architecture"), encoding: .utf8)
            .split { $0 == " " || $0 == "\n" }.map(String.init)
        var tree = try root.extracted()
        _ = try LoaderCacheEffect().apply(
            to: &tree, in: EffectContext(architecture: words[0], triplet: words[1]))
        let real = [UInt8](try Data(contentsOf: root.folder.appending(path: "ld.so.cache")))
        #expect(try tree.contents(TreePath("etc/ld.so.cache")) == real)
    }

    /// Trees nobody would make on purpose, against this machine's `ldconfig`.
    @Test(.enabled(if: LoaderScratch.canJudge), arguments: 0..<24)
    func equalsWhatLdconfigWrites(_ seed: UInt64) throws {
        let scratch = try LoaderScratch(seed: seed)
        defer { scratch.remove() }
        var tree = try RootTree.load(scratch.folder)
        _ = try LoaderCacheEffect().apply(
            to: &tree, in: EffectContext(architecture: "amd64", triplet: "x86_64-linux-gnu"))
        try scratch.runLdconfig()
        let real = try RootTree.load(scratch.folder)
        #expect(try tree.contents(TreePath("etc/ld.so.cache")) == real.contents(TreePath("etc/ld.so.cache")))
        for (path, node) in real.nodes where !path.isInside(TreePath("var")) && !path.isInside(TreePath("etc")) {
            #expect(tree[path]?.kind == node.kind, "\(path)")
        }
    }

    @Test func hasTheBytesOfTheFormat() {
        let cache = LoaderCache(
            libraries: [.init(name: Array("liba.so.1".utf8), path: Array("/lib/liba.so.1".utf8), flags: 0x0303)],
            generator: Array("ldconfig".utf8), isLittleEndian: true)
        var expected = Array("glibc-ld.so.cache1.1".utf8)
        expected += [1, 0, 0, 0, 15, 0, 0, 0, 2, 0, 0, 0, 88, 0, 0, 0] + [UInt8](repeating: 0, count: 12)
        expected += [0x03, 0x03, 0, 0, 77, 0, 0, 0, 72, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        expected += Array("/lib/liba.so.1\0".utf8) + [0]
        expected += [0x74, 0x21, 0xa4, 0xea, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 112, 0, 0, 0, 8, 0, 0, 0]
        expected += Array("ldconfig".utf8)
        #expect(cache.encoded() == expected)
    }

    @Test func writesNumbersInTheOrderOfTheMachine() {
        let cache = LoaderCache(
            libraries: [.init(name: Array("a".utf8), path: Array("/a".utf8), flags: 0x0403)], generator: [],
            isLittleEndian: false)
        let bytes = cache.encoded()
        #expect(Array(bytes[20..<32]) == [0, 0, 0, 1, 0, 0, 0, 3, 3, 0, 0, 0])
        #expect(Array(bytes[48..<60]) == [0, 0, 4, 3, 0, 0, 0, 73, 0, 0, 0, 72])
    }

    @Test(arguments: [
        ("libc.so.6", "libc.so.6", 0), ("libc.so.10", "libc.so.9", 1), ("libc.so.09", "libc.so.9", 0),
        ("libc.so.1", "libc.so", 1), ("liba", "lib1", -1), ("lib1", "liba", 1), ("", "a", -1), ("a", "", 1),
        ("liba.so.99999999999999999999998", "liba.so.99999999999999999999999", -1), ("1", "", 1), ("", "1", -1),
    ])
    func ordersNames(_ left: String, _ right: String, _ expected: Int) {
        #expect(LoaderOrder.compare(Array(left.utf8), Array(right.utf8)).signum() == expected)
    }

    @Test(arguments: [
        (62, 64, 0, 0x0303), (62, 32, 0, 0x0803), (3, 32, 0, 0x0003), (183, 64, 0, 0x0a03),
        (40, 32, 0x0500_0400, 0x0903), (40, 32, 0x0500_0200, 0x0b03), (40, 32, 0x0500_0000, 0x0003),
        (243, 64, 5, 0x1003), (243, 64, 1, 0x0f03), (22, 64, 0, 0x0403), (21, 64, 2, 0x0503), (258, 64, 0x43, 0x1203),
        (8, 64, 0x8000_0007, 0x0703), (8, 32, 0x7000_1007, 0x0003), (8, 32, 0x0420, 0x0d03), (2, 32, 0, nil),
    ])
    func knowsArchitectures(_ machine: Int, _ bits: Int, _ flags: Int, _ expected: Int?) {
        let object = ELFSummary(
            kind: .sharedObject, bits: UInt8(bits), isLittleEndian: true, machine: UInt16(machine),
            flags: UInt32(flags), soname: nil, needed: [], interpreter: nil)
        #expect(LoaderCache.flags(of: object) == expected.map(UInt32.init))
    }

    @Test func findsTheVersionOfGlibc() {
        let text = "xx\0GNU C Library (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36.\nCopyright"
        #expect(
            LoaderCacheEffect.generator(Array(text.utf8))
                == Array("ldconfig (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36".utf8))
        #expect(LoaderCacheEffect.generator(Array("musl libc".utf8)) == nil)
    }

    @Test func writesNothingWithoutGlibc() throws {
        var tree = FileTree(epoch: 0)
        tree.write(TreePath("lib/libz.so.1"), [1], origin: .package("zlib1g"))
        let report = try LoaderCacheEffect().apply(
            to: &tree, in: EffectContext(architecture: "amd64", triplet: "x86_64-linux-gnu"))
        #expect(report.changed == [])
    }

    @Test(arguments: [
        ("*.conf", "a.conf", true), ("*.conf", ".conf", false), ("*.conf", "a.con", false), ("a?c", "abc", true),
        ("a*b*c", "axxbyybzc", true), ("*", "", true), ("a*", "b", false), ("[", "[", true),
    ])
    func matchesPatterns(_ pattern: String, _ name: String, _ expected: Bool) {
        #expect(LoaderDirectories.matches(Array(pattern.utf8)[...], Array(name.utf8)[...]) == expected)
    }

    @Test func endsWhenConfigurationIncludesItself() {
        var tree = FileTree(epoch: 0)
        tree.write(
            TreePath("etc/ld.so.conf"), Array("include /etc/ld.so.conf\n/opt/lib\n".utf8), origin: .effect("test"))
        tree.makeDirectory(TreePath("opt/lib"), origin: .effect("test"))
        let found = LoaderDirectories(in: tree, EffectContext(architecture: "amd64", triplet: "t")).directories
        #expect(found.map(\.place) == [TreePath("opt/lib")])
    }
}
