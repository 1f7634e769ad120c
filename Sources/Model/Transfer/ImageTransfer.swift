// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthFetch
package import PlinthImage
package import PlinthOCI
package import PlinthRegistry
package import SystemPackage

/// Opens any image, wherever it is, and brings it anywhere else.
package struct ImageTransfer: Sendable {
    /// How much of an image is brought here.
    package enum Depth: Sendable {
        /// Indexes, manifests and configs.
        case documents
        /// The layers too.
        case layers
    }

    let store: Store
    let client: RegistryClient
    /// A directory for archives that have to be copied before they can be read.
    package let scratch: FilePath
    /// How many blobs move at once.
    let width: Int
    let progress: any ProgressSink
    /// What `--platform` is when nobody says it.
    package let host: OCIPlatform

    /// Lends a transfer and closes its connections afterwards.
    package static func with<Result>(
        _ store: Store, _ configuration: RegistryConfiguration, scratch: FilePath, host: OCIPlatform,
        progress: any ProgressSink, _ body: (ImageTransfer) async throws -> Result
    ) async throws -> Result {
        try await RegistryClient.with(configuration) { client in
            try await body(
                ImageTransfer(
                    store: store, client: client, scratch: scratch, width: 4, progress: progress, host: host))
        }
    }

    /// Opens an image; one of a registry is brought into the store first.
    ///
    /// Memory: the documents. Time: an image of a registry is downloaded, but for what the store has.
    /// - Throws: `image.*`, `registry.*`, `store.*`, `oci.*`.
    package func open(
        _ source: ImageSource, _ platforms: PlatformWish = .one(nil), depth: Depth = .layers
    ) async throws -> StoredImage {
        guard case .registry(let name) = source else { return try StoredImage.open(source, scratch: scratch) }
        return try await pull(try RegistryReference(parsing: name), platforms, depth)
    }
}

/// The mirror image of `open`: where an image goes.
package enum ImageTarget: Sendable {
    case local(ImageDestination)
    /// The files alone.
    case files(FilesDestination)
    case registry(RegistryReference)

    /// - Throws: `image.destination`, `registry.reference`, usage mistakes.
    package init(parsing text: String) throws {
        let scheme = "docker://"
        if text.hasPrefix(scheme) {
            self = .registry(try RegistryReference(parsing: text.dropFirst(scheme.count)))
        } else if let files = try FilesDestination(parsing: text) {
            self = .files(files)
        } else {
            self = .local(try ImageDestination(parsing: text, isPiped: true))
        }
    }
}

extension ImageTarget: CustomStringConvertible {
    package var description: String {
        switch self {
        case .local(let place): "\(place)"
        case .files(let place): "\(place)"
        case .registry(let reference): "docker://\(reference)"
        }
    }
}
