// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthBuild
import PlinthCore
import PlinthELF
import PlinthImage

/// Trees to test against that are too large to write down: `PLINTH_ROOTS` names a folder of them.
///
/// Each has `extracted` (packages unpacked, no script run), `configured` (the same set up by the distribution's own
/// tools), `control/PACKAGE/postinst …` and `order` (package names in the order in which they were set up).
struct RootTree: Sendable, CustomStringConvertible {
    let folder: URL
    var description: String { folder.lastPathComponent }

    static let all = folders(with: "order")
    /// Of other machines: `extracted`, `architecture` (its name and triplet) and the `ld.so.cache` that its own
    /// `ldconfig` wrote.
    static let foreign = folders(with: "architecture")

    private static func folders(with mark: String) -> [RootTree] {
        guard let path = ProcessInfo.processInfo.environment["PLINTH_ROOTS"] else { return [] }
        let folder = URL(filePath: path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().map { RootTree(folder: folder.appending(path: $0)) }.filter {
            FileManager.default.fileExists(atPath: $0.folder.appending(path: mark).path)
        }
    }

    func extracted() throws -> FileTree { try Self.load(folder.appending(path: "extracted")) }
    func configured() throws -> FileTree { try Self.load(folder.appending(path: "configured")) }

    func configured(_ path: String) -> [UInt8]? {
        (try? Data(contentsOf: folder.appending(path: "configured/" + path))).map { [UInt8]($0) }
    }

    /// The context a build of the whole system would have.
    func context() throws -> EffectContext {
        let order = try String(contentsOf: folder.appending(path: "order"), encoding: .utf8)
        let packages = order.split(separator: "\n").map { package(String($0)) }
        return EffectContext(
            architecture: "amd64", triplet: "x86_64-linux-gnu", packages: packages, profile: "full")
    }

    private func package(_ name: String) -> EffectPackage {
        let control = folder.appending(path: "control").appending(path: name)
        var scripts: [String: [UInt8]] = [:]
        for file in ["preinst", "postinst", "config", "triggers", "conffiles", "templates"] {
            guard let data = try? Data(contentsOf: control.appending(path: file)) else { continue }
            scripts[file] = [UInt8](data)
        }
        let fields = (try? String(contentsOf: control.appending(path: "control"), encoding: .utf8)) ?? ""
        let version = fields.split(separator: "\n").first { $0.hasPrefix("Version: ") }?.dropFirst(9) ?? ""
        return EffectPackage(name: name, version: String(version), scripts: scripts)
    }

    /// Every entry below a folder of this machine; contents are read when asked for.
    static func load(_ folder: URL) throws -> FileTree {
        var nodes: [TreePath: FileNode] = [:]
        var carriers: [String: TreePath] = [:]
        try walk(folder.path, .root, &nodes, &carriers)
        return FileTree(epoch: 86_400 * 20_000, nodes: nodes) { path, _ in
            [UInt8](try Data(contentsOf: folder.appending(path: path.description)))
        }
    }

    private static func walk(
        _ folder: String, _ path: TreePath, _ nodes: inout [TreePath: FileNode],
        _ carriers: inout [String: TreePath]
    ) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let file = folder + "/" + name
            let child = path.appending(name)
            guard let node = try node(file, child, &carriers) else { continue }
            nodes[child] = node
            if node.isDirectory { try walk(file, child, &nodes, &carriers) }
        }
    }

    private static func node(
        _ file: String, _ path: TreePath, _ carriers: inout [String: TreePath]
    ) throws -> FileNode? {
        var status = stat()
        guard lstat(file, &status) == 0 else { return nil }
        var node = FileNode(
            .directory, mode: UInt16(status.st_mode & 0o7777), user: status.st_uid, group: status.st_gid,
            origin: .package("root"))
        switch status.st_mode & S_IFMT {
        case S_IFDIR: break
        case S_IFLNK: node.kind = .symlink(Array(try FileManager.default.destinationOfSymbolicLink(atPath: file).utf8))
        case S_IFREG:
            let key = "\(status.st_dev):\(status.st_ino)"
            if status.st_nlink > 1, let carrier = carriers[key] {
                node.kind = .hardLink(carrier)
            } else {
                carriers[key] = path
                node.kind = .file(size: Int64(status.st_size))
                node.elf = try elf(file)
            }
        default: return nil
        }
        return node
    }

    private static func elf(_ file: String) throws -> ELFSummary? {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        defer { try? handle.close() }
        guard try handle.read(upToCount: 4) == Data([0x7f, 0x45, 0x4c, 0x46]) else { return nil }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe))
        return (try? ELFSummary(parsing: bytes.span)) ?? nil
    }
}
