// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDiff
import PlinthImage
import PlinthInspect
import PlinthInventory
import PlinthOCI
package import PlinthReports
import PlinthTransfer
import PlinthTree

/// The verbs that look into images and change nothing.
extension Toolkit {
    /// Shows what an image is made of.
    /// - Throws: `Problem`s of the image.
    package func inspect(_ request: InspectRequest) async throws -> InspectReport {
        let image = try await open(request.image, request.platform, request.access)
        return try await Inspection(image, isOnePlatform: request.platform != nil)
            .report(anatomy: request.anatomy, now: now, width: environment.width)
    }

    /// The index or manifest of an image as it is stored.
    /// - Throws: `Problem`s of the image.
    package func rawManifest(_ request: InspectRequest) async throws -> [UInt8] {
        let image = try await open(request.image, request.platform, request.access, depth: .documents)
        return try Inspection(image, isOnePlatform: request.platform != nil).raw()
    }

    /// Shows the files of an image.
    /// - Throws: `Problem`s of the image; `tree.missing`.
    package func tree(_ request: TreeRequest) async throws -> TreeReport {
        try await ImageTree(try await open(request.image, request.platform, request.access))
            .report(request.path, depth: request.depth, order: request.order, width: environment.width)
    }

    /// Shows what two images differ in.
    /// - Throws: `Problem`s of the images.
    package func diff(_ request: DiffRequest) async throws -> DiffReport {
        var scopes: Set<ImageDifference.Scope> = []
        if request.files { scopes.insert(.files) }
        if request.packages { scopes.insert(.packages) }
        if request.config { scopes.insert(.config) }
        let a = try await open(request.a, request.platform, request.access)
        let b = try await open(request.b, request.platform, request.access)
        return try await ImageDifference(a, b)
            .report(scopes, width: environment.width)
    }

    /// Every view of an image opens it here. One of a registry is brought into the store first.
    private func open(
        _ reference: String, _ platform: String?, _ access: RegistrySettings,
        depth: ImageTransfer.Depth = .layers
    ) async throws -> ViewedImage {
        let source = try ImageSource(parsing: reference)
        guard case .registry = source else {
            let image = try StoredImage.open(source, scratch: scratch)
            return try ViewedImage(image, called: "\(source)", platform: platform)
        }
        let wish = PlatformWish.one(try platform.map { try OCIPlatform(choice: $0) })
        return try await transfer(access) { transfer in
            let image = try await transfer.open(source, wish, depth: depth)
            // Of an index only one platform's layers were brought.
            let one = try wish.platforms(of: image, host: transfer.host).first.map { "\($0.platform)" }
            return try ViewedImage(image, called: "\(source)", platform: depth == .layers ? one : platform)
        }
    }

    /// Seconds since 1970; `SOURCE_DATE_EPOCH` where that is set.
    private var now: Int64 { environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) } ?? environment.now() }
}
