// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthDistribution
import PlinthOCI
import PlinthSBOM

extension BuildOrder {
    /// The SPDX document of one platform's image.
    func bill(
        of platform: Lock.Platform, _ segments: [Segment], image: ImageDocuments, created: Int64
    ) throws -> [UInt8] {
        let digests = Dictionary(platform.packages.map { ($0.name, $0) }) { first, _ in first }
        let components = try segments.map { segment in
            let control = try segment.control()
            let locked = digests[control.name]
            return InstalledComponent(
                name: control.name, version: control.version, architecture: control.architecture,
                source: locked?.source, sourceVersion: locked?.sourceVersion,
                maintainer: control.paragraph["Maintainer"], homepage: control.paragraph["Homepage"],
                digest: locked?.digest)
        }
        let bill = ImageBill(
            image: named.first ?? distribution.name, imageDigest: image.manifestDescriptor.digest,
            imageArchitecture: OCIPlatform(debian: platform.architecture).architecture, distribution: inputs.facts.id,
            distributionVersion: inputs.facts.versionID ?? "", packageType: "deb",
            components: components.sorted { $0.name < $1.name }, created: RFC3339.format(created),
            tool: "plinth-\(Version.plinth)")
        return try SPDXDocument(bill).encoded()
    }
}
