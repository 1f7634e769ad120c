// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import SystemPackage

/// Finds what a recipe's `files` name, and checks it against its digest.
struct LocalFiles: Sendable {
    /// The recipe's own.
    let directory: FilePath
    let open: ImageOpener
    /// What the names of images stood for when the recipe was locked.
    var pins: [String: Digest] = [:]

    /// Time: reading the files; images are opened, and pulled where they are not here yet.
    /// - Throws: `files.*`, `file.*`, `image.*`, `registry.*`.
    func find(_ items: [Recipe.FileItem], for platform: OCIPlatform) async throws -> [LocalFile] {
        var found: [LocalFile] = []
        for item in items.wanted(for: platform) {
            try Task.checkCancellation()
            if let image = item.image {
                found.append(try await self.image(image, item, platform))
            } else {
                found.append(try await local(item))
            }
        }
        return found
    }

    /// The digests of images of registries that the recipe names without one.
    /// - Parameter known: those that are known already stay.
    /// - Throws: as `find`.
    func pins(_ items: [Recipe.FileItem], for platform: OCIPlatform, keeping known: [String: Digest]) async throws
        -> [String: Digest]
    {
        var pins: [String: Digest] = [:]
        for (name, source) in try unpinned(items, for: platform) where pins[name] == nil {
            if let digest = known[name] {
                pins[name] = digest
            } else {
                pins[name] = try await open(source, platform).root?.digest
            }
        }
        return pins
    }

    /// Images of registries that are named without a digest.
    /// - Throws: `image.source`, `image.missing`.
    func unpinned(
        _ items: [Recipe.FileItem], for platform: OCIPlatform
    ) throws -> [(name: String, source: ImageSource)] {
        try items.wanted(for: platform).compactMap { item in
            guard let name = item.image else { return nil }
            return try images.unpinned(name).map { (name, $0) }
        }
    }

    private var images: NamedImages { NamedImages(directory: directory, open: open, pins: pins) }

    // MARK: This machine

    private func local(_ item: Recipe.FileItem) async throws -> LocalFile {
        let place = directory.pushing(FilePath(item.source))
        guard let facts = try? place.stat() else { throw missing(item, place) }
        switch (facts.type, item.kind) {
        case (.directory, nil), (.directory, .directory): return try await directory(item, place)
        case (.regular, nil), (.regular, .file): return try file(item, place, isProgram: facts.isProgram)
        case (.regular, .tar): return try await archive(item, place)
        default:
            throw Problem(
                "files.kind", "A file of the recipe is of another kind", at: place.string,
                why:
                    "it is \(Self.word(facts.type)), and \(item.kind.map { "type: \($0.rawValue)" } ?? "a file or directory") is wanted",
                hints: ["line \(item.line) of the recipe"], kind: .usage)
        }
    }

    private func file(_ item: Recipe.FileItem, _ place: FilePath, isProgram: Bool) throws -> LocalFile {
        if item.path.isRoot, item.isBelow != true {
            throw Problem(
                "files.root", "A file cannot be the root directory", at: place.string,
                hints: ["say where it goes on line \(item.line) of the recipe"], kind: .usage)
        }
        let (digest, size) = try Self.digest(of: place)
        try check(digest, item, at: place.string)
        return LocalFile(item: item, digest: digest, content: .file(place, size: size, isProgram: isProgram))
    }

    private func directory(_ item: Recipe.FileItem, _ place: FilePath) async throws -> LocalFile {
        guard item.digest == nil else {
            throw Problem(
                "files.digest", "A directory has no digest to check", at: place.string,
                hints: ["line \(item.line) of the recipe"], kind: .usage)
        }
        let image = try StoredImage.open(.directory(place))
        let tree = try await LayeredTree.read(image.platforms[0].layers, LayerReading(digests: true))
        return LocalFile(item: item, digest: tree.listing(below: 0, isWhole: false), content: .directory(tree))
    }

    private func archive(_ item: Recipe.FileItem, _ place: FilePath) async throws -> LocalFile {
        let digest = try Self.digest(of: place).digest
        try check(digest, item, at: place.string)
        let image = try StoredImage.open(.tar(.path(place)))
        return LocalFile(item: item, digest: digest, content: .layers(image.platforms[0].layers, .root))
    }

    /// Memory: 256 KiB.
    private static func digest(of file: FilePath) throws -> (digest: Digest, size: Int64) {
        var stream = DigestStream()
        _ = try stream.update(from: FileSource(file))
        return (stream.finish(), stream.count)
    }

    // MARK: Images

    private func image(_ name: String, _ item: Recipe.FileItem, _ wanted: OCIPlatform) async throws -> LocalFile {
        let found = try await images.find(name, for: wanted)
        let platform = found.platform
        let start = TreePath(text: item.source) ?? .root
        if let manifest = platform.descriptor?.digest {
            if let digest = item.digest, !found.digests.contains(digest) {
                throw otherDigest(digest, found.digests, item, at: name)
            }
            return LocalFile(item: item, digest: manifest, content: .layers(platform.layers, start))
        }
        guard item.digest == nil else {
            throw Problem(
                "files.digest", "A root file system without a manifest has no digest to check", at: name,
                hints: ["line \(item.line) of the recipe", "for an archive: source: FILE, type: tar"], kind: .usage)
        }
        let tree = try await LayeredTree.read(platform.layers, LayerReading(digests: true))
        return LocalFile(
            item: item, digest: tree.listing(below: 0, isWhole: true), content: .layers(platform.layers, start))
    }

    // MARK: Problems

    private func check(_ digest: Digest, _ item: Recipe.FileItem, at place: String) throws {
        if let wanted = item.digest, wanted != digest { throw otherDigest(wanted, [digest], item, at: place) }
    }

    private func otherDigest(
        _ wanted: Digest, _ found: [Digest], _ item: Recipe.FileItem, at place: String
    ) -> Problem {
        Problem(
            "files.digest", "A file of the recipe is not what its digest says", at: place,
            why: found.mismatch(wanted),
            hints: ["line \(item.line) of the recipe"])
    }

    private func missing(_ item: Recipe.FileItem, _ place: FilePath) -> Problem {
        Problem(
            "files.missing", "A file of the recipe is not there", at: place.string,
            hints: ["line \(item.line) of the recipe; paths are relative to the recipe"], kind: .usage)
    }

    private static func word(_ type: FileType) -> String {
        switch type {
        case .directory: "a directory"
        case .regular: "a regular file"
        default: "neither a file nor a directory"
        }
    }
}

extension [Recipe.FileItem] {
    /// Those of one platform, with its name in them.
    func wanted(for platform: OCIPlatform) -> [Recipe.FileItem] {
        let architecture = platform.architecture + (platform.variant.map { "/" + $0 } ?? "")
        return filter { item in
            item.architectures.map { $0.contains(architecture) || $0 == ["all"] } ?? true
        }.map { $0.naming(architecture) }
    }
}

extension Recipe.FileItem {
    /// With `${{arch}}` replaced: by `amd64`, `arm64`, `armv7` and so on.
    fileprivate func naming(_ architecture: String) -> Recipe.FileItem {
        let word = String(architecture.filter { $0 != "/" })
        var copy = self
        copy.source = Self.expanded(source, word)
        copy.image = image.map { Self.expanded($0, word) }
        return copy
    }

    private static func expanded(_ text: String, _ word: String) -> String {
        text.replacing("${{arch}}", with: word).replacing("${{ arch }}", with: word)
    }
}

extension Stat {
    fileprivate var isProgram: Bool { permissions.contains(.ownerExecute) }
}

extension LayeredTree {
    /// A digest of all that a layer would hold of a directory.
    /// - Parameter isWhole: permissions, owners, times and hard links too, which are not taken over from a directory of
    ///   this machine: only whether files are programs.
    func listing(below start: Int, isWhole: Bool) -> Digest {
        var text: [UInt8] = []
        for index in [start] + descendants(of: start) {
            let entry = entry(at: index)
            text += pathBytes(at: index).dropFirst(pathBytes(at: start).count) + [0]
            switch entry.kind {
            case .directory: text.append(UInt8(ascii: "d"))
            case .symlink(let target): text += [UInt8(ascii: "l")] + target
            case .file: text += [UInt8(ascii: entry.mode & 0o100 != 0 ? "x" : "f")] + (entry.digest?.bytes ?? [])
            default: text.append(UInt8(ascii: "o"))
            }
            if isWhole { text += [0] + Self.facts(entry) }
            text.append(0)
        }
        return Digest.of(text)
    }

    private static func facts(_ entry: Entry) -> [UInt8] {
        let numbers = "\(entry.kind) \(entry.mode) \(entry.user):\(entry.group) \(entry.modified)"
        let file = entry.links > 1 ? " \(entry.file.layer) \(entry.file.entry)" : ""
        let attributes = entry.attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\(hexString($0.value))" }
        return Array((numbers + file + attributes.joined()).utf8)
    }
}
