// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthImage

/// What apk's database in a base says.
struct AlpineBase {
    static let world = TreePath("etc/apk/world")

    let packages: [ApkInstalled]
    let scripts: [ScriptArchive.Script]
    let triggers: [ApkDatabaseFiles.Trigger]
    /// What was asked for.
    let world: [String]
    /// The text of `installed`.
    let text: [UInt8]

    /// Whether there is such a database.
    static func isIn(_ tree: FileTree) -> Bool { home(in: tree) != nil }

    private static func home(in tree: FileTree) -> TreePath? {
        ApkDatabaseFiles.directories.first { tree.resolve($0.appending("installed")) != nil }
    }

    /// - Throws: `apk.syntax`, `tar.*`.
    init(_ tree: FileTree) throws {
        func content(_ path: TreePath) throws -> [UInt8] { tree.resolve(path) == nil ? [] : try tree.contents(path) }
        world = ApkDatabaseFiles.constraints(ofWorld: try content(Self.world))
        guard let home = Self.home(in: tree) else {
            (packages, scripts, triggers, text) = ([], [], [], [])
            return
        }
        text = try content(home.appending("installed"))
        packages = try ApkInstalled.parse(text, place: "/\(home)/installed")
        scripts = try ScriptArchive.parse(try content(home.appending("scripts.tar")), place: "/\(home)/scripts.tar")
        triggers = try ApkDatabaseFiles.triggers(
            of: try content(home.appending("triggers")), place: "/\(home)/triggers")
    }

    /// Directories among them.
    func files(of names: Set<String>) -> [TreePath] {
        packages.filter { names.contains($0.record.name) }.flatMap(\.directories).flatMap { directory in
            [directory.path].filter { !$0.isRoot } + directory.files.map { directory.path.appending($0.name) }
        }
    }

    /// For the resolver; nil when nothing is installed.
    var source: ApkSource? { packages.isEmpty ? nil : ApkSource(text: text, label: "base") }
}

extension ApkInstalled {
    /// Without the files that packages of this build have taken over.
    func without(_ taken: (TreePath) -> Bool) -> ApkInstalled {
        var copy = self
        for place in copy.directories.indices {
            let path = copy.directories[place].path
            copy.directories[place].files.removeAll { taken(path.appending($0.name)) }
        }
        return copy
    }
}
