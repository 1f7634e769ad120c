// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files of a tree on this machine, for as long as this lives. Devices are left out.
package final class UnpackedRoot: Sendable {
    package let path: FilePath

    /// Memory: the largest file.
    /// - Parameter path: a directory that does not exist yet.
    /// - Throws: `file.*`, and what fetching contents throws.
    package init(_ tree: FileTree, at path: FilePath) throws {
        self.path = path
        let staging = try StagingDirectory(for: path)
        var writer = DirectoryWriter(into: staging.directory, hasRights: geteuid() == 0)
        do {
            for (name, node) in Self.ordered(tree) { try Self.put(name, node, of: tree, into: &writer) }
            try writer.finish()
        } catch let problem as Problem { throw problem.at(path.string) }
        try staging.commit()
    }

    deinit {
        let number = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
        guard number >= 0 else { return }
        let directory = OpenDirectory(taking: number)
        _ = fchmod(number, 0o700)
        HostEntry.empty(directory)
        _ = path.withPlatformString { rmdir($0) }
    }

    /// Directories first, hard links last.
    private static func ordered(_ tree: FileTree) -> [(TreePath, FileNode)] {
        let all = tree.sortedPaths.compactMap { path in tree[path].map { (path, $0) } }
        return (0...2).flatMap { turn in all.filter { Self.turn($0.1) == turn } }
    }

    private static func turn(_ node: FileNode) -> Int? {
        switch node.kind {
        case .directory: 0
        case .file, .symlink, .fifo: 1
        case .hardLink: 2
        case .characterDevice, .blockDevice: nil
        }
    }

    private static func put(
        _ path: TreePath, _ node: FileNode, of tree: FileTree, into writer: inout DirectoryWriter
    ) throws {
        let entry = TarEntry(path, node)
        guard node.isFile else { return try writer.put(entry) }
        let content = MemorySource(try tree.contents(path))
        try writer.putFile(entry) { content.read(into: &$0) }
    }
}
