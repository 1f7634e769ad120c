// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

extension StoredImage {
    /// The layers of a platform, the lowest first. Nothing of them is read, and one that cannot be read says so then.
    package func layers(of platform: Platform) -> [StoredLayer] {
        let count = platform.manifest.layers.count
        return platform.manifest.layers.enumerated().map { number, descriptor in
            let diffIDs = platform.config.rootfs.diffIDs
            return StoredLayer(
                number: number, descriptor: descriptor, diffID: number < diffIDs.count ? diffIDs[number] : nil,
                size: descriptor.size, content: content(of: descriptor), isRootFileSystem: false,
                place: "\(shelf.place): layer \(number + 1) of \(count), \(descriptor.digest)")
        }
    }

    private func content(of descriptor: Descriptor) -> StoredLayer.Content {
        do {
            let stretch = try shelf.stretch(of: descriptor.digest)
            guard stretch.length == descriptor.size else {
                throw BlobShelf.mismatch(
                    descriptor, at: shelf.place, "it has \(stretch.length) bytes instead of \(descriptor.size)")
            }
            return .blob(stretch)
        } catch let problem as Problem {
            return .absent(problem)
        } catch {
            return .absent(Problem("image.missing", "A layer cannot be read", at: shelf.place, cause: error))
        }
    }
}
