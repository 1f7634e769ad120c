// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import SystemPackage

/// What one entry of `files` puts into an image, at the paths it names; contents lie in the spool.
struct LocalEntries {
    struct Found {
        var path: TreePath
        var node: FileNode
        /// In the spool; for regular files.
        var offset: Int64 = 0
    }

    /// Depth first; of several names of one content the first carries it.
    private(set) var found: [Found] = []
    /// Devices, which runtimes bring themselves.
    private(set) var leftOut: [TreePath] = []
    /// The newest time of an archive or image, before clamping.
    private(set) var newest: Int64 = 0
    private let file: LocalFile
    private let clamp: Int64?
    private let spool: Spool

    /// - Throws: `files.*`, what reading layers throws, `file.*`.
    /// - Parameter trees: what has been read of archives and images, by their digests.
    init(
        of file: LocalFile, clamp: Int64?, into spool: Spool, _ trees: inout [Digest: LayeredTree]
    ) async throws {
        self.file = file
        self.clamp = clamp
        self.spool = spool
        switch file.content {
        case .file(let path, let size, let isProgram): try add(path, size, isProgram)
        case .directory(let tree): try add(tree, 0)
        case .layers(let layers, let start):
            let known = trees[file.digest]
            let tree = if let known { known } else { try await LayeredTree.read(layers) }
            trees[file.digest] = tree
            guard let index = tree.resolve(start) else { throw missing(start, in: tree) }
            try add(tree, index)
        }
    }

    private mutating func add(_ path: FilePath, _ size: Int64, _ isProgram: Bool) throws {
        let source = try FileSource(path)
        let digest = try copy { try source.read(into: &$0) }
        guard digest == file.digest, spool.count == size else { throw changed(path.string) }
        var node = FileNode(
            .file(size: size), mode: file.item.access.mode ?? (isProgram ? 0o755 : 0o644), modified: clamp ?? 0,
            origin: .recipe(line: 0), digest: digest)
        own(&node)
        found = [
            Found(path: try place(of: nil, ownName: Array(path.lastComponent?.string.utf8 ?? "".utf8)), node: node)
        ]
    }

    private mutating func add(_ tree: LayeredTree, _ start: Int) throws {
        let ownName = tree.isDirectory(at: start) ? nil : Array(tree.path(at: start).name)
        let prefix = tree.pathBytes(at: start).count
        var carriers: [LayeredTree.FileIdentity: TreePath] = [:]
        var places: [Int: Int] = [:]
        for index in [start] + tree.descendants(of: start) {
            try Task.checkCancellation()
            let below = tree.pathBytes(at: index).dropFirst(prefix).drop { $0 == UInt8(ascii: "/") }
            let path = try place(of: below, ownName: ownName)
            guard var node = node(tree.entry(at: index), at: path), !path.isRoot else { continue }
            let identity = tree.entry(at: index).file
            if node.isFile, !file.isOfThisMachine, let carrier = carriers[identity] {
                node.kind = .hardLink(carrier)
            } else if node.isFile {
                carriers[identity] = path
                places[index] = found.count
            }
            found.append(Found(path: path, node: node))
        }
        try read(places, of: tree)
    }

    /// Contents come in the order of the layers, and of a directory every name has its own.
    private mutating func read(_ places: [Int: Int], of tree: LayeredTree) throws {
        var names: [LayeredTree.FileIdentity: [Int]] = [:]
        for index in places.keys { names[tree.entry(at: index).file, default: []].append(index) }
        try LayeredContents(tree).read(names.values.compactMap(\.first)) { index, read in
            let offset = spool.count
            let digest = try copy(read)
            let entry = tree.entry(at: index)
            guard spool.count - offset == tree.size(at: index), entry.digest ?? digest == digest else {
                throw changed("\(tree.path(at: index))")
            }
            for name in names[entry.file] ?? [] {
                guard let place = places[name] else { continue }
                found[place].offset = offset
                found[place].node.digest = digest
            }
        }
    }

    private func copy(_ read: LayeredContents.Read) throws -> Digest {
        var digest = DigestStream()
        var buffer = [UInt8](repeating: 0, count: 262_144)
        while true {
            var span = buffer.mutableSpan
            let count = try read(&span)
            if count == 0 { return digest.finish() }
            let part = buffer.span.extracting(..<count)
            digest.update(part)
            try spool.append(part)
        }
    }
}

// MARK: - Paths and permissions

extension LocalEntries {
    /// - Parameters:
    ///   - below: the path below the source; nil or empty for the source itself.
    ///   - ownName: of a source that is no directory.
    private func place(of below: ArraySlice<UInt8>?, ownName: [UInt8]?) throws -> TreePath {
        var path = file.item.path
        if let ownName, file.item.isBelow == true || path.isRoot { path = path.appending(ownName) }
        if let below, !below.isEmpty { path = path.appending(below) }
        guard path.bytes.count <= 4096 else {
            throw Problem("files.path", "A path would be too long", at: "/\(path.description.prefix(200))…")
        }
        let mark = Array(".wh.".utf8)
        guard !path.components.contains(where: { $0.starts(with: mark) }) else {
            throw Problem(
                "files.path", "A file's name means something else in a layer", at: "/\(path)",
                why: "names that begin with .wh. hide files of lower layers",
                hints: ["leave the file out, or give it another name"])
        }
        return path
    }

    /// Nil for what stays out.
    private mutating func node(_ entry: LayeredTree.Entry, at path: TreePath) -> FileNode? {
        var node = FileNode(
            entry.kind, mode: entry.mode, user: entry.user, group: entry.group,
            modified: min(entry.modified, clamp ?? .max), origin: .recipe(line: 0), attributes: entry.attributes)
        switch entry.kind {
        case .characterDevice, .blockDevice:
            leftOut.append(path)
            return nil
        case .directory: node.mode = file.item.access.directoryMode ?? (file.isOfThisMachine ? 0o755 : entry.mode)
        case .symlink: node.mode = 0o777
        default:
            let usual: UInt16 = entry.mode & 0o100 != 0 ? 0o755 : 0o644
            node.mode = file.item.access.mode ?? (file.isOfThisMachine ? usual : entry.mode)
        }
        if file.isOfThisMachine { node.modified = clamp ?? 0 } else { newest = max(newest, entry.modified) }
        own(&node)
        return node
    }

    private func own(_ node: inout FileNode) {
        let access = file.item.access
        if file.item.keepsOwners != true || access.user != nil || access.group != nil {
            node.user = access.user ?? 0
            node.group = access.group ?? 0
        }
    }

    private func missing(_ path: TreePath, in tree: LayeredTree) -> Problem {
        let siblings = tree.resolve(path.parent ?? .root).map { tree.children(of: $0) } ?? []
        let names = siblings.map { tree.path(at: $0).description }
        return Problem(
            "files.missing", "The image has no such file", at: "\(file.item.image ?? file.item.source): /\(path)",
            hints: nearestNames(to: path.description, among: names).map { "perhaps /\($0)" }
                + ["line \(file.item.line) of the recipe"], kind: .usage)
    }

    private func changed(_ place: String) -> Problem {
        Problem("files.changed", "A file changed while it was read", at: place, hints: ["build again"])
    }
}
