// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
package import PlinthInventory
import PlinthOCI
package import PlinthReports

/// `plinth diff`: what two images differ in, and why their digests do.
package struct ImageDifference: Sendable {
    /// What is compared.
    package enum Scope: Hashable, Sendable, CaseIterable { case files, packages, config }

    private let a: ViewedImage
    private let b: ViewedImage

    package init(_ a: ViewedImage, _ b: ViewedImage) {
        self.a = a
        self.b = b
    }

    /// Compares one platform of each. The layers of both are read only if their digests differ.
    ///
    /// Memory: about 250 bytes for each entry of both.
    /// - Parameter scopes: empty means everything, how the images are stored included.
    /// - Throws: `image.*`, `layer.*`, `tar.*`, `archive.*`, `dpkg.syntax`, `apk.syntax`, `file.*`.
    package func report(_ scopes: Set<Scope> = [], width: Int = 2) async throws -> DiffReport {
        let (left, right) = (try a.one(), try b.one())
        var report = DiffReport(a: Self.side(a, left), b: Self.side(b, right))
        let isAll = scopes.isEmpty
        let areLayersSame = Stored(left).isSame(as: Stored(right))
        if isAll || scopes.contains(.config) { report.config = ConfigDifference(left.config, right.config).changes }
        if isAll || scopes.contains(.files) || scopes.contains(.packages) {
            try await compare(left, right, areLayersSame, scopes, width, &report)
        }
        report.why = isAll ? try Explanation(a, b, left, right, report).sentences : []
        report.isSame =
            report.why.isEmpty && report.files?.isEmpty != false && report.packages?.isEmpty != false
            && report.config?.isEmpty != false
        return report
    }

    private func compare(
        _ left: StoredImage.Platform, _ right: StoredImage.Platform, _ areLayersSame: Bool, _ scopes: Set<Scope>,
        _ width: Int, _ report: inout DiffReport
    ) async throws {
        let (wantsFiles, wantsPackages) = (
            scopes.isEmpty || scopes.contains(.files), scopes.isEmpty || scopes.contains(.packages)
        )
        if wantsFiles { report.files = DiffReport.Files() }
        if wantsPackages { report.packages = [] }
        if areLayersSame { return }
        var reading = LayerReading(digests: wantsFiles)
        reading.width = width
        reading.keeps = SystemFiles(left.config).reading
        let first = try await LayeredTree.read(left.layers, reading)
        reading.keeps = SystemFiles(right.config).reading
        let second = try await LayeredTree.read(right.layers, reading)
        if wantsFiles { report.files = FileDifference(first, second).files }
        if wantsPackages {
            report.packages =
                PackageDifference(
                    try SystemPackages(first).report, try SystemPackages(second).report
                ).changes
        }
    }

    private static func side(_ image: ViewedImage, _ platform: StoredImage.Platform) -> DiffReport.Side {
        DiffReport.Side(
            image: image.place, digest: image.digest, platform: "\(platform.platform)",
            manifest: platform.descriptor?.digest)
    }
}

/// The digests of layers as they are stored.
struct Stored {
    let digests: [Digest?]
    let diffIDs: [Digest?]

    init(_ platform: StoredImage.Platform) {
        digests = platform.layers.map { $0.descriptor?.digest }
        diffIDs = platform.layers.map(\.diffID)
    }

    /// Byte for byte; unknown where a layer has no digest.
    func isSame(as other: Stored) -> Bool { !digests.contains(nil) && digests == other.digests }
}
