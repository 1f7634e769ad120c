// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
package import PlinthInventory
import PlinthOCI
package import PlinthReports

/// `plinth inspect`: what an image is made of.
package struct Inspection: Sendable {
    private let image: ViewedImage
    private let isOnePlatform: Bool

    /// - Parameter platform: the one to look into; nil for all.
    /// - Throws: `image.*`, `oci.*`, `file.*`.
    package init(_ reference: String, platform: String? = nil) throws {
        self.init(try ViewedImage.open(reference, platform: platform), isOnePlatform: platform != nil)
    }

    /// - Parameter isOnePlatform: whether somebody asked for the only platform of the view.
    package init(_ image: ViewedImage, isOnePlatform: Bool) {
        self.image = image
        self.isOnePlatform = isOnePlatform
    }

    /// The index or manifest as it is stored; the platform's manifest when one was named.
    /// - Throws: `image.noManifest`, `image.blobMismatch`, `file.*`.
    package func raw() throws -> [UInt8] {
        try image.document(isOnePlatform ? image.platforms[0].descriptor : image.root)
    }

    /// Reads every layer once, one platform after the other.
    ///
    /// Memory: about 200 bytes for each file, and the package databases.
    /// - Parameters:
    ///   - anatomy: whether the report says where the space goes.
    ///   - now: seconds since 1970, to judge support by.
    ///   - width: layers that are read at the same time.
    /// - Throws: `image.*`, `layer.*`, `tar.*`, `archive.*`, `dpkg.syntax`, `apk.syntax`, `file.*`.
    package func report(anatomy: Bool = false, now: Int64, width: Int = 2) async throws -> InspectReport {
        var platforms: [InspectReport.Platform] = []
        for platform in image.platforms {
            platforms.append(try await self.platform(platform, anatomy, now, width))
        }
        return InspectReport(image: image.place, digest: image.digest, platforms: platforms)
    }

    private func platform(
        _ platform: StoredImage.Platform, _ anatomy: Bool, _ now: Int64, _ width: Int
    ) async throws -> InspectReport.Platform {
        // Only between layers can the same content come twice.
        var reading = LayerReading(digests: platform.layers.count > 1, keeps: SystemFiles(platform.config).reading)
        reading.width = width
        let tree = try await LayeredTree.read(platform.layers, reading)
        var report = Self.documents(platform)
        let facts = try SystemFacts(tree, config: platform.config, today: String(RFC3339.format(now).prefix(10)))
        report.system = facts.system
        if platform.platform.isUnknown, let architecture = facts.architecture {
            report.platform = "\(OCIPlatform(os: platform.platform.os, architecture: architecture))"
        }
        report.packages = facts.packages
        report.layers = LayerReports(tree, history: platform.config.history ?? []).reports
        report.size = Self.size(tree, report.layers)
        if anatomy { report.anatomy = Anatomy(tree, program: Self.application(facts.system)).purposes }
        return report
    }

    /// A shell is no application, though many images run one by default.
    private static func application(_ system: SystemReport) -> String? {
        system.program.flatMap { program in
            system.shells.contains { $0.path == program.path || $0.program == program.path } ? nil : program.path
        }
    }

    private static func documents(_ platform: StoredImage.Platform) -> InspectReport.Platform {
        var report = InspectReport.Platform(
            platform: "\(platform.platform)", manifest: platform.descriptor?.digest)
        report.created = platform.config.created
        guard let runtime = platform.config.config else { return report }
        report.user = runtime.user
        report.entrypoint = runtime.entrypoint
        report.command = runtime.command
        report.environment = runtime.environment
        report.workingDirectory = runtime.workingDirectory
        report.labels = runtime.labels
        report.exposedPorts = runtime.exposedPorts
        report.volumes = runtime.volumes
        return report
    }

    private static func size(_ tree: LayeredTree, _ layers: [InspectReport.Layer]) -> InspectReport.Size {
        var size = InspectReport.Size()
        size.compressed = layers.reduce(ByteCount(0)) { $0 + $1.size }
        size.unpacked = layers.reduce(ByteCount(0)) { $0 + $1.unpacked }
        size.wasted = layers.flatMap(\.wasted).reduce(ByteCount(0)) { $0 + $1.size }
        var seen = FirstNames()
        for index in tree.indices.dropFirst() {
            let entry = tree.entry(at: index)
            switch entry.kind {
            case .directory: size.directories += 1
            case .symlink: size.symbolicLinks += 1
            case .file(let bytes) where seen.isFirst(entry):
                size.files += 1
                size.content = size.content + ByteCount(bytes)
            default: break
            }
        }
        return size
    }
}

/// Tells the first name of a file from the others.
struct FirstNames {
    private var seen: Set<LayeredTree.FileIdentity> = []

    mutating func isFirst(_ entry: LayeredTree.Entry) -> Bool {
        entry.links == 1 || seen.insert(entry.file).inserted
    }
}
