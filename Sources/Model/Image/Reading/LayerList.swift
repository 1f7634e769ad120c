// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// The layers of a manifest as they lie on a shelf. One that cannot be read says so when it is.
struct LayerList {
    private let shelf: BlobShelf

    init(_ shelf: BlobShelf) { self.shelf = shelf }

    func layers(_ descriptors: [Descriptor], diffIDs: [Digest]) -> [StoredLayer] {
        descriptors.enumerated().map { number, descriptor in
            StoredLayer(
                number: number, descriptor: descriptor, diffID: number < diffIDs.count ? diffIDs[number] : nil,
                proof: .blob(descriptor), size: descriptor.size, content: content(of: descriptor),
                isRootFileSystem: false,
                place: "\(shelf.place): layer \(number + 1) of \(descriptors.count), \(descriptor.digest)",
                scratch: shelf.scratch)
        }
    }

    private func content(of descriptor: Descriptor) -> StoredLayer.Content {
        let type = descriptor.mediaType.rawValue
        if type.hasSuffix("+encrypted") {
            return .absent(Problem("image.encryptedLayer", "A layer of the image is encrypted", at: shelf.place))
        }
        if !shelf.contains(descriptor.digest), type.contains(".nondistributable.") || type.contains(".foreign.") {
            return .absent(
                Problem(
                    "image.foreignLayer", "A layer of the image is not part of it: it may not be distributed",
                    at: shelf.place, why: "\(descriptor.digest) has the type \(type)"))
        }
        do {
            return .blob(try shelf.stretch(of: descriptor))
        } catch let problem as Problem {
            return .absent(problem)
        } catch {
            return .absent(Problem("image.missing", "A layer cannot be read", at: shelf.place, cause: error))
        }
    }
}
