// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDiff
import PlinthInspect
import PlinthInventory
package import PlinthReports
import PlinthTree

/// The verbs that look into images and change nothing.
extension Toolkit {
    /// Shows what an image is made of.
    /// - Throws: `Problem`s of the image.
    package func inspect(_ request: InspectRequest) async throws -> InspectReport {
        try await Inspection(open(request.image, request.platform), isOnePlatform: request.platform != nil)
            .report(anatomy: request.anatomy, now: now, width: environment.width)
    }

    /// The index or manifest of an image as it is stored.
    /// - Throws: `Problem`s of the image.
    package func rawManifest(_ request: InspectRequest) throws -> [UInt8] {
        try Inspection(open(request.image, request.platform), isOnePlatform: request.platform != nil).raw()
    }

    /// Shows the files of an image.
    /// - Throws: `Problem`s of the image; `tree.missing`.
    package func tree(_ request: TreeRequest) async throws -> TreeReport {
        try await ImageTree(open(request.image, request.platform))
            .report(request.path, depth: request.depth, order: request.order, width: environment.width)
    }

    /// Shows what two images differ in.
    /// - Throws: `Problem`s of the images.
    package func diff(_ request: DiffRequest) async throws -> DiffReport {
        var scopes: Set<ImageDifference.Scope> = []
        if request.files { scopes.insert(.files) }
        if request.packages { scopes.insert(.packages) }
        if request.config { scopes.insert(.config) }
        return try await ImageDifference(open(request.a, request.platform), open(request.b, request.platform))
            .report(scopes, width: environment.width)
    }

    /// Every view of an image opens it here.
    private func open(_ reference: String, _ platform: String?) throws -> ViewedImage {
        try ViewedImage.open(reference, platform: platform)
    }

    /// Seconds since 1970; `SOURCE_DATE_EPOCH` where that is set.
    private var now: Int64 { environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) } ?? environment.now() }
}
