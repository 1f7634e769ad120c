// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthImage
package import PlinthOCI

/// An image that is opened to be looked into. The one place where the views of images open them.
package struct ViewedImage: Sendable {
    /// One platform's part.
    package struct Platform: Sendable {
        package let platform: OCIPlatform
        /// nil where there is no manifest.
        package let descriptor: Descriptor?
        package let config: ImageConfig?
        /// The lowest first.
        package let layers: [StoredLayer]
    }

    /// As a person may write it.
    package let place: String
    /// What the image's name stands for.
    package let root: Descriptor
    package let platforms: [Platform]
    private let image: StoredImage

    /// - Parameter platform: such as `linux/arm64` or `arm64`; nil for all.
    /// - Throws: `image.*`, `oci.*`, `file.*`; `image.noSuchPlatform` when the image is for others.
    package static func open(_ reference: String, platform: String? = nil) throws -> ViewedImage {
        let image = try StoredImage.open(try ImageDestination(parsing: reference))
        var viewed = ViewedImage(
            place: "\(image.place)", root: image.root,
            platforms: image.platforms.map {
                Platform(
                    platform: $0.platform, descriptor: $0.descriptor, config: $0.config, layers: image.layers(of: $0))
            }, image: image)
        if let platform { viewed = try viewed.only(platform) }
        return viewed
    }

    private init(place: String, root: Descriptor, platforms: [Platform], image: StoredImage) {
        self.place = place
        self.root = root
        self.platforms = platforms
        self.image = image
    }

    private func only(_ text: String) throws -> ViewedImage {
        let found = platforms.filter { Self.answers($0.platform, to: text) }
        guard !found.isEmpty else {
            throw Problem(
                "image.noSuchPlatform", "The image is not for this platform", at: place, why: "no \(text)",
                hints: ["it is for \(names)"])
        }
        return ViewedImage(place: place, root: root, platforms: found, image: image)
    }

    private static func answers(_ platform: OCIPlatform, to text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else { return platform.architecture == text }
        let wanted = OCIPlatform(os: parts[0], architecture: parts[1], variant: parts.count > 2 ? parts[2] : nil)
        return platform.matches(wanted)
            || parts.count == 2 && platform.os == parts[0] && platform.architecture == parts[1]
    }

    private var names: String { platforms.map { "\($0.platform)" }.joined(separator: ", ") }

    /// The one platform to be looked into: the only one, else this machine's.
    /// - Throws: `image.severalPlatforms`, a usage mistake.
    package func one(for architecture: String?) throws -> Platform {
        if platforms.count == 1 { return platforms[0] }
        if let own = platforms.first(where: { $0.platform.architecture == architecture }) { return own }
        throw Problem(
            "image.severalPlatforms", "The image is for several platforms", at: place,
            hints: ["say which, as in --platform \(platforms[0].platform)", "it is for \(names)"], kind: .usage)
    }

    /// A document as it is stored: what the name stands for, or the manifest of a platform.
    ///
    /// Memory: the document, 4 MiB at most.
    /// - Throws: `image.noManifest`, `image.blobMismatch`, `file.*`.
    package func document(_ platform: Platform?) throws -> [UInt8] {
        guard let descriptor = platform == nil ? root : platform?.descriptor else {
            throw Problem("image.noManifest", "The image has no manifest", at: place)
        }
        return try image.source(of: descriptor).readAll(limit: 4 << 20)
    }
}
