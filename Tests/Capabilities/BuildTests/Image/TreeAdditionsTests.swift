// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthTestSupport
import Testing

@testable import PlinthBuild

/// What a recipe adds: the tree before, the items, the tree after.
struct TreeAdditionsTests {
    /// `etc/`, `etc/motd`, `data -> srv/data`, `srv/data/`, `srv/data/x`, `gone -> nowhere`; what an effect made in `log/`.
    static var before: FileTree {
        var tree = FileTree(epoch: 7)
        let origin = FileNode.Origin.package("p")
        tree.makeDirectory(TreePath("etc"), origin: origin)
        tree.write(TreePath("etc/motd"), Array("hello".utf8), origin: origin)
        tree.makeDirectory(TreePath("srv/data"), mode: 0o750, user: 3, group: 4, origin: origin)
        tree.write(TreePath("srv/data/x"), Array("x".utf8), origin: origin)
        tree.link(TreePath("data"), to: "srv/data", origin: origin)
        tree.link(TreePath("gone"), to: "nowhere", origin: origin)
        tree.makeDirectory(TreePath("log"), origin: .effect("e"))
        tree.write(TreePath("log/access"), [0x31], mode: 0o640, user: 33, group: 4, origin: .effect("e"))
        tree.write(TreePath("log/error"), [0x32], origin: .effect("e"))
        tree.link(TreePath("log/current"), to: "access", origin: .effect("e"))
        return tree
    }

    static func item(
        _ path: String, _ action: TreeAdditions.Action, mode: UInt16? = nil, user: UInt32? = nil,
        group: UInt32? = nil, recursive: Bool = false
    ) -> TreeAdditions.Item {
        TreeAdditions.Item(
            path: TreePath(text: path) ?? .root, action: action, mode: mode, user: user, group: group,
            recursive: recursive, line: 12)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let items: [TreeAdditions.Item]
        let gone: [String]
        let new: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a directory with its parents",
            items: [item("opt/a/b", .directory, mode: 0o2770, user: 5)],
            gone: [], new: ["0755 opt/", "0755 opt/a/", "2770 opt/a/b/ 5:0"]),
        Case(
            testDescription: "a directory that is there keeps what is not said",
            items: [item("srv/data", .directory), item("etc", .directory, mode: 0o700)],
            gone: ["0755 etc/"], new: ["0700 etc/"]),
        Case(
            testDescription: "a directory behind a link", items: [item("data/sub/deep", .directory)], gone: [],
            new: ["0755 srv/data/sub/", "0755 srv/data/sub/deep/"]),
        Case(
            testDescription: "a link to a directory will do, and its directory gets the mode",
            items: [item("data", .directory, mode: 0o700)], gone: ["0750 srv/data/ 3:4"], new: ["0700 srv/data/ 3:4"]),
        Case(
            testDescription: "an empty file, and one that is there stays",
            items: [item("run/made", .emptyFile, mode: 0o600), item("etc/motd", .emptyFile, mode: 0o640)],
            gone: ["0644 etc/motd “hello”"], new: ["0640 etc/motd “hello”", "0755 run/", "0600 run/made “”"]),
        Case(
            testDescription: "a link with an owner of its own",
            items: [item("l", .symlink("etc/motd"), mode: 0o700, user: 9, group: 9)], gone: [],
            new: ["0777 l -> etc/motd 9:9"]),
        Case(
            testDescription: "a link behind a link", items: [item("data/l", .symlink("x"))], gone: [],
            new: ["0777 srv/data/l -> x"]),
        Case(
            testDescription: "a second name for a file has its content and mode",
            items: [item("etc/y", .hardLink("/data/x")), item("etc/z", .hardLink("etc/y"), mode: 0o600)], gone: [],
            new: ["0644 etc/y “x”", "0600 etc/z “x”"]),
        Case(
            testDescription: "permissions follow a link", items: [item("data", .permissions, mode: 0o711)],
            gone: ["0750 srv/data/ 3:4"], new: ["0711 srv/data/ 3:4"]),
        Case(
            testDescription: "permissions of all below, links keep their mode",
            items: [item("srv", .permissions, mode: 0o500, user: 1, group: 1, recursive: true)],
            gone: ["0755 srv/", "0750 srv/data/ 3:4", "0644 srv/data/x “x”"],
            new: ["0500 srv/ 1:1", "0500 srv/data/ 1:1", "0500 srv/data/x “x” 1:1"]),
        Case(
            testDescription: "an owner without a group means group 0",
            items: [item("srv/data", .permissions, user: 8)], gone: ["0750 srv/data/ 3:4"], new: ["0750 srv/data/ 8:0"]),
        Case(
            testDescription: "everything below the root",
            items: [item("", .permissions, user: 8, group: 8, recursive: true)],
            gone: [
                "0777 data -> srv/data", "0755 etc/", "0644 etc/motd “hello”", "0777 gone -> nowhere", "0755 srv/",
                "0750 srv/data/ 3:4", "0644 srv/data/x “x”", "0755 log/", "0640 log/access “1” 33:4",
                "0777 log/current -> access", "0644 log/error “2”",
            ],
            new: [
                "0777 data -> srv/data 8:8", "0755 etc/ 8:8", "0644 etc/motd “hello” 8:8", "0777 gone -> nowhere 8:8",
                "0755 log/ 8:8", "0640 log/access “1” 8:8", "0777 log/current -> access 8:8", "0644 log/error “2” 8:8",
                "0755 srv/ 8:8", "0750 srv/data/ 8:8", "0644 srv/data/x “x” 8:8",
            ]),
        Case(
            testDescription: "what an effect made gives way",
            items: [
                item("log/access", .symlink("/dev/stdout")), item("log/error", .emptyFile),
                item("log/current", .hardLink("etc/motd"), mode: 0o600),
            ],
            gone: ["0640 log/access “1” 33:4", "0644 log/error “2”", "0777 log/current -> access"],
            new: ["0777 log/access -> /dev/stdout", "0600 log/current “hello”", "0644 log/error “”"]),
        Case(
            testDescription: "the same link twice", items: [item("l", .symlink("a")), item("l", .symlink("a"))],
            gone: [], new: ["0777 l -> a"]),
        Case(
            testDescription: "a directory that the image's user and group 0 may write to, with what is in it",
            items: [item("data", .writable(by: "65532:7")), item("log", .writable(by: nil))],
            gone: [
                "0750 srv/data/ 3:4", "0644 srv/data/x “x”", "0755 log/", "0640 log/access “1” 33:4",
                "0644 log/error “2”",
            ],
            new: [
                "0775 log/", "0660 log/access “1” 33:0", "0664 log/error “2”", "0770 srv/data/ 65532:0",
                "0664 srv/data/x “x” 65532:0",
            ]),
        Case(
            testDescription: "a volume is made where it is missing",
            items: [item("srv/data", .volume(of: "8")), item("vol/a", .volume(of: "8"))], gone: [],
            new: ["0755 vol/", "0775 vol/a/ 8:0"]),
        Case(
            testDescription: "a text, instead of another",
            items: [item("etc/motd", .text("new"), mode: 0o755)], gone: ["0644 etc/motd “hello”"],
            new: ["0755 etc/motd “new”"]),
        Case(testDescription: "the root as a directory", items: [item("", .directory)], gone: [], new: []),
        Case(
            testDescription: "later items see what earlier ones made",
            items: [
                item("a", .directory), item("l", .symlink("a")), item("l/f", .emptyFile),
                item("a/f", .permissions, mode: 0o400),
            ],
            gone: [], new: ["0755 a/", "0400 a/f “”", "0777 l -> a"]),
    ]

    @Test(arguments: cases)
    func becomes(_ item: Case) throws {
        var tree = Self.before
        let old = Set(try tree.lines())
        try TreeAdditions(items: item.items).apply(to: &tree)
        let now = try tree.lines().map { $0.replacing(" @7", with: "") }
        let then = Set(old.map { $0.replacing(" @7", with: "") })
        #expect(now.filter { !then.contains($0) } == item.new)
        #expect(then.filter { !now.contains($0) }.sorted() == item.gone.sorted())
    }

    @Test(
        arguments: [
            (item("etc/motd", .directory), "paths.occupied"), (item("gone", .directory), "paths.occupied"),
            (item("etc/motd", .symlink("x")), "paths.occupied"), (item("data", .symlink("srv/data")), "paths.occupied"),
            (item("", .symlink("x")), "paths.occupied"), (item("srv/data", .hardLink("etc/motd")), "paths.occupied"),
            (item("etc/motd", .hardLink("data/x")), "paths.occupied"), (item("a", .hardLink("srv")), "paths.hardLink"),
            (item("a", .hardLink("missing")), "paths.hardLink"), (item("a", .hardLink("gone")), "paths.hardLink"),
            (item("a", .hardLink("../../etc/passwd")), "paths.hardLink"),
            (item("etc/motd/x", .emptyFile), "paths.occupied"), (item("etc/motd/x/y", .directory), "paths.occupied"),
            (item("gone/x", .emptyFile), "paths.occupied"), (item("missing", .permissions, mode: 0), "tree.missing"),
            (item("log", .symlink("x")), "paths.occupied"), (item("etc/motd", .writable(by: nil)), "paths.occupied"),
            (item("", .writable(by: nil)), "paths.root"), (item("a", .writable(by: "who")), "user.unknown"),
            (item("srv/data", .text("")), "paths.occupied"), (item("gone", .volume(of: nil)), "paths.occupied"),
            (item("", .permissions, mode: 0o700), "paths.root"), (item("", .directory, user: 1), "paths.root"),
        ] as [(TreeAdditions.Item, String)])
    func refused(_ item: TreeAdditions.Item, _ expected: String) {
        var tree = Self.before
        #expect(code { try TreeAdditions(items: [item]).apply(to: &tree) } == expected)
    }

    @Test func digestsTellItemsApart() throws {
        let items = Self.cases.map(\.items).filter { !$0.isEmpty }
        let digests = try items.map { try TreeAdditions(items: $0).digest }
        #expect(Set(digests).count == Set(items).count)
        let reversed = try TreeAdditions(items: [Self.item("b", .directory), Self.item("a", .directory)]).digest
        #expect(
            reversed != (try TreeAdditions(items: [Self.item("a", .directory), Self.item("b", .directory)]).digest))
    }
}
