// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import SystemPackage

/// One entry of a recipe's `files` for one platform: found and digested, not yet read into the store.
struct LocalFile: Sendable {
    enum Content: Sendable {
        /// A file of this machine.
        case file(FilePath, size: Int64, isProgram: Bool)
        /// A directory of this machine, as it was when it was digested.
        case directory(LayeredTree)
        /// A place in an archive or image.
        case layers([StoredLayer], TreePath)
    }

    let item: Recipe.FileItem
    /// Of the file or archive, of the image's manifest; of a directory of all that a layer would hold of it.
    let digest: Digest
    let content: Content

    var name: String { item.name }

    /// Whether owners, times and permissions are those of the machine the recipe lies on: they are not taken over.
    var isOfThisMachine: Bool { if case .layers = content { false } else { true } }

    /// Everything that decides the bytes of its segment.
    func key(clamp: Int64?, level: Int) -> String {
        let access = item.access
        let numbers = [access.user.map(Int64.init), access.group.map(Int64.init), access.mode.map(Int64.init), clamp]
        let kind =
            switch content {
            case .file(_, _, let isProgram): isProgram ? "program" : "file"
            case .directory: "directory"
            case .layers(_, let start): "layers \(start.bytes)"
            }
        let text =
            "files \(Self.formatVersion) \(digest.hex) \(kind) at \(item.path.bytes) below \(item.isBelow == true)"
            + " name \(item.isBelow == true ? Array(item.source.utf8) : [])"
            + " access \(numbers.map { $0.map { "\($0)" } ?? "-" }) keeps \(item.keepsOwners == true)"
            + " level=\(level) \(LayerFormat.gzipEncoder)"
        return Digest.of(Array(text.utf8)).hex
    }

    /// Bumped whenever the bytes of such a segment or its table change.
    private static let formatVersion = 1
}

extension Recipe.Access {
    /// Of a directory: whoever may read it may enter it.
    var directoryMode: UInt16? { mode.map { ($0 | ($0 & 0o444) >> 2) & 0o1777 } }
}
