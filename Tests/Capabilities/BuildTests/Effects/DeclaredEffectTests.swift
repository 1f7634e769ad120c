// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

/// Effects that a recipe asks for, among the others.
struct DeclaredEffectTests {
    private static let folder = "usr/share/glib-2.0/schemas"
    private static let schema =
        "<schemalist><schema id='a'><key name='k' type='s'><default>'x'</default></key></schema></schemalist>"

    /// What Debian's libglib2.0-0 runs, in short.
    private static let script = """
        #!/bin/sh
        "/usr/lib/x86_64-linux-gnu/glib-2.0/glib-compile-schemas" /usr/share/glib-2.0/schemas || true
        "/usr/lib/x86_64-linux-gnu/glib-2.0/gio-querymodules" "/usr/lib/x86_64-linux-gnu/gio/modules" || true
        """

    private static func context(_ declared: Set<DeclaredEffect>) -> EffectContext {
        var context = EffectContext(
            architecture: "amd64", triplet: "",
            packages: [EffectPackage(name: "libglib2.0-0", version: "1", scripts: ["postinst": Array(script.utf8)])])
        context.declared = declared
        return context
    }

    @Test func `compiled schemas stand in for the script`() throws {
        var tree = SmallTree.make([
            "\(Self.folder)/a.gschema.xml = \(Self.schema)", "\(Self.folder)/b.gschema.xml = <broken",
            "\(Self.folder)/gschemas.compiled = old",
        ])
        let (reports, unexplained) = try Effects.applyAll(to: &tree, in: Self.context([.glibSchemas]))
        #expect(unexplained == [])
        let report = try #require(reports.first { $0.name == "glib schemas" })
        #expect(report.changed.map(\.description) == ["\(Self.folder)/gschemas.compiled"])
        #expect(report.notes == ["b.gschema.xml was left out: line 1: <broken> does not end"])
        let content = try tree.contents(TreePath("usr/share/glib-2.0/schemas/gschemas.compiled"))
        #expect(content.starts(with: "GVariant".utf8) && content.count == 176)
    }

    @Test func `the script is told where nobody asks`() throws {
        let before = ["\(Self.folder)/a.gschema.xml = \(Self.schema)"]
        var tree = SmallTree.make(before)
        let (_, unexplained) = try Effects.applyAll(to: &tree, in: Self.context([]))
        #expect(unexplained.map(\.summary) == ["glib-compile-schemas /usr/share/glib-2.0/schemas"])
        #expect(tree[TreePath("usr/share/glib-2.0/schemas/gschemas.compiled")] == nil)
    }

    /// Files of the recipe count, and accounts come before what belongs to them, whatever the order of the names.
    @Test func `they see the recipe's files, one after the other`() throws {
        var tree = SmallTree.make([])
        let files = { (tree: inout FileTree) in
            let lines = [
                ("usr/lib/sysusers.d/app.conf", "u app 500 - /srv/app\n"),
                ("usr/lib/tmpfiles.d/app.conf", "d /srv/app 0700 app app\n"),
            ]
            for (path, text) in lines {
                guard let path = TreePath(text: path) else { continue }
                tree.write(path, Array(text.utf8), origin: .recipe(line: 1))
            }
            return EffectReport(name: "files")
        }
        var context = Self.context([.tmpfiles, .sysusers])
        context.packages = []
        let (reports, _) = try Effects.applyAll(to: &tree, in: context, files: files)
        #expect(tree[TreePath("srv/app")]?.user == 500 && tree[TreePath("srv/app")]?.mode == 0o700)
        let names = reports.map(\.name)
        #expect(names.firstIndex(of: "files").map { names[($0 + 1)...].prefix(2) } == ["sysusers", "tmpfiles"])
    }

    @Test func `without a folder there is nothing to do`() throws {
        for effect in DeclaredEffect.effects(Set(DeclaredEffect.allCases)) {
            #expect(try SmallTree.added(by: effect, to: [], in: Self.context([])) == [])
        }
    }
}
