// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import PlinthDistribution
package import PlinthImage
package import PlinthOCI

/// An image that is opened to be looked into.
package struct ViewedImage: Sendable {
    /// As a person may write it.
    package let place: String
    /// What the image's name stands for; nil where there is neither index nor manifest.
    package let root: Descriptor?
    /// Those to be looked into.
    package let platforms: [StoredImage.Platform]
    private let image: StoredImage

    /// Opens an image of this machine.
    /// - Parameter platform: such as `linux/arm64` or `arm64`; nil for all.
    /// - Throws: `image.*`, `oci.*`, `file.*`; `image.noSuchPlatform` when the image is for others.
    package static func open(_ reference: String, platform: String? = nil) throws -> ViewedImage {
        let source = try ImageSource(parsing: reference)
        return try ViewedImage(StoredImage.open(source), called: "\(source)", platform: platform)
    }

    /// An image that is open already.
    package init(_ image: StoredImage, called place: String, platform: String? = nil) throws {
        self.image = image
        self.place = place
        root = image.root
        platforms =
            try platform.map { [try image.platform(OCIPlatform(choice: $0), host: .ofThisMachine)] } ?? image.platforms
    }

    package var digest: Digest? { root?.digest }

    /// The one platform to be looked into: the one that was asked for, the only one, else this machine's.
    /// - Throws: `image.noSuchPlatform`.
    package func one() throws -> StoredImage.Platform {
        platforms.count == 1 ? platforms[0] : try image.platform(nil, host: .ofThisMachine)
    }

    /// The bytes of a manifest or index, as they are stored.
    ///
    /// Memory: the document, 4 MiB at most.
    /// - Parameter descriptor: nil where there is none.
    /// - Throws: `image.noManifest`, `image.missing`, `image.blobMismatch`, `file.*`.
    package func document(_ descriptor: Descriptor?) throws -> [UInt8] {
        guard let descriptor else { throw Problem("image.noManifest", "The image has no manifest", at: place) }
        return try image.document(descriptor)
    }
}
