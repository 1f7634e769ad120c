// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthImage
package import PlinthOCI
import SystemPackage

/// Opens an image for one platform, wherever it is.
package typealias ImageOpener = @Sendable (ImageSource, OCIPlatform) async throws -> StoredImage

extension [Digest] {
    /// Why something that has these digests is not what was wanted.
    func mismatch(_ wanted: Digest) -> String {
        "it is \(map { "\($0)" }.joined(separator: ", in an index ")), not \(wanted)"
    }
}

/// Finds the images that a recipe names.
struct NamedImages: Sendable {
    /// An image, and its part for a platform.
    struct Found: Sendable {
        let image: StoredImage
        let platform: StoredImage.Platform

        /// Of the platform's manifest, and of what the name stands for; none of a root file system.
        var digests: [Digest] { [platform.descriptor?.digest, image.root?.digest].compactMap { $0 } }
    }

    /// What relative paths are relative to.
    let directory: FilePath
    let open: ImageOpener
    /// What the names of images stood for when the recipe was locked.
    var pins: [String: Digest] = [:]

    /// Time: images of registries are pulled where they are not here yet.
    /// - Throws: `image.*`, `registry.*`.
    func find(_ name: String, for wanted: OCIPlatform) async throws -> Found {
        var source = try ImageSource(parsing: name, beside: directory)
        if case .registry(let reference) = source, let pin = pins[name] { source = .registry("\(reference)@\(pin)") }
        let image = try await open(source, wanted)
        // Of a root file system nobody has written down which processor it is for.
        let isForAny = image.platforms.count == 1 && image.platforms[0].platform.architecture == "unknown"
        return Found(
            image: image, platform: isForAny ? image.platforms[0] : try image.platform(wanted, host: wanted))
    }

    /// The image of a registry that is named without a digest; nil for any other.
    /// - Throws: `image.source`, `image.missing`.
    func unpinned(_ name: String) throws -> ImageSource? {
        guard !name.contains("@sha256:") else { return nil }
        let source = try ImageSource(parsing: name, beside: directory)
        guard case .registry = source else { return nil }
        return source
    }

    /// The reference of an image of a registry; nil for any other.
    /// - Throws: as `unpinned`.
    func reference(_ name: String) throws -> String? {
        guard case .registry(let reference) = try ImageSource(parsing: name, beside: directory) else { return nil }
        return reference
    }
}
