// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthOCI
import PlinthSBOM

extension BuildOrder {
    /// The SPDX document of one platform's image.
    /// - Parameter installed: what a base has.
    func bill(
        of platform: Lock.Platform, _ segments: [Segment], upon installed: [InstalledComponent], _ files: [LocalFile],
        image: ImageDocuments, created: Int64
    ) throws -> [UInt8] {
        let digests = Dictionary(platform.packages.map { ($0.name, $0) }) { first, _ in first }
        let family = distribution.packages
        let new = Set(segments.map(\.table.package))
        let components =
            try segments.map { try family.component(of: $0, digests[$0.table.package]) }
            + installed.filter { !new.contains($0.name) }
        let bill = ImageBill(
            image: named.first ?? distribution.name, imageDigest: image.manifestDescriptor.digest,
            imageArchitecture: distribution.platform(of: platform.architecture).architecture,
            distribution: inputs.facts.id, distributionVersion: inputs.facts.versionID ?? "",
            packageType: family.packageType, components: components.sorted { $0.name < $1.name },
            files: (bases[platform.architecture].map { [$0.component] } ?? []) + files.map(\.component),
            created: RFC3339.format(created),
            tool: "plinth-\(Version.plinth)")
        return try SPDXDocument(bill).encoded()
    }
}
