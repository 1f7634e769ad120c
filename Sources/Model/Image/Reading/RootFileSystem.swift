// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import SystemPackage

/// A root file system without an image around it, as an image of one layer that nothing is promised of.
enum RootFileSystem {
    /// - Throws: `image.missing`, `image.notDirectory`.
    static func image(directory path: FilePath) throws -> StoredImage {
        guard let type = HostFile.type(path) else {
            throw Problem("image.missing", "There is no image here", at: path.string)
        }
        guard type == .directory else {
            throw Problem(
                "image.notDirectory", "A root file system is a directory", at: path.string,
                hints: ["for an archive of one write tar:\(path)"], kind: .usage)
        }
        return image(.directory(path), size: 0, BlobShelf(place: path.string))
    }

    /// - Throws: `image.missing`, `image.notFile`, `file.*`.
    static func image(tar file: ImageSource.File, scratch: FilePath) throws -> StoredImage {
        image(tar: try OpenedArchive(file, seekable: false, scratch: scratch))
    }

    static func image(tar archive: OpenedArchive) -> StoredImage {
        let size = HostFile.size(archive.path) ?? 0
        let stretch = BlobStretch(path: archive.path, offset: 0, length: size)
        return image(.blob(stretch), size: size, BlobShelf(place: archive.place, scratch: archive.scratch))
    }

    private static func image(_ content: StoredLayer.Content, size: Int64, _ shelf: BlobShelf) -> StoredImage {
        let layer = StoredLayer(
            number: 0, descriptor: nil, diffID: nil, proof: .nothing, size: size, content: content,
            isRootFileSystem: true, place: shelf.place, scratch: shelf.scratch)
        // Which processor its programs are for, nobody has written down.
        let config = ImageConfig(platform: OCIPlatform(architecture: "unknown"), diffIDs: [])
        let platform = StoredImage.Platform(descriptor: nil, manifest: nil, config: config, layers: [layer])
        return StoredImage(place: shelf.place, root: nil, platforms: [platform], shelf: shelf)
    }
}
