// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthInspect
package import PlinthReports

/// The verbs that look into images and change nothing.
extension Toolkit {
    /// Shows what an image is made of.
    /// - Throws: `Problem`s of the image.
    package func inspect(_ request: InspectRequest) async throws -> InspectReport {
        try await Inspection(request.image, platform: request.platform)
            .report(anatomy: request.anatomy, now: now, width: environment.width)
    }

    /// The index or manifest of an image as it is stored.
    /// - Throws: `Problem`s of the image.
    package func rawManifest(_ request: InspectRequest) throws -> [UInt8] {
        try Inspection(request.image, platform: request.platform).raw()
    }

    /// Seconds since 1970; `SOURCE_DATE_EPOCH` where that is set.
    private var now: Int64 { environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) } ?? environment.now() }
}
