// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// A package of a distribution that is in the image.
package struct InstalledComponent: Hashable, Sendable {
    package var name: String
    package var version: String
    /// As the distribution calls it.
    package var architecture: String
    /// The source package, and its version where it has another.
    package var source: String?
    package var sourceVersion: String?
    /// Such as `Debian X Strike Force <debian-x@lists.example.org>`.
    package var maintainer: String?
    package var homepage: String?
    /// Of the package file.
    package var digest: Digest?

    package init(
        name: String, version: String, architecture: String, source: String? = nil, sourceVersion: String? = nil,
        maintainer: String? = nil, homepage: String? = nil, digest: Digest? = nil
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.sourceVersion = sourceVersion
        self.maintainer = maintainer
        self.homepage = homepage
        self.digest = digest
    }
}

/// Something in the image that is of no package.
package struct FileComponent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case file, directory, archive, image
    }

    /// Where it is in the image.
    package var name: String
    /// Where it came from, in the words of whoever put it there.
    package var source: String
    /// Of the file or archive, of the image's manifest; of a directory of all that it holds.
    package var digest: Digest
    package var kind: Kind

    package init(name: String, source: String, digest: Digest, kind: Kind) {
        self.name = name
        self.source = source
        self.digest = digest
        self.kind = kind
    }
}

/// What an image is made of, from which documents of any form are written.
package struct ImageBill: Sendable {
    /// What the image is called.
    package var image: String
    /// Of the image's manifest or config, whichever is known.
    package var imageDigest: Digest?
    /// In OCI's words, such as `arm64`.
    package var imageArchitecture: String
    /// The ID of os-release, such as `debian`.
    package var distribution: String
    /// The VERSION_ID of os-release, such as `13`.
    package var distributionVersion: String
    /// The purl type of its packages: `deb`, `apk` or `rpm`.
    package var packageType: String
    package var components: [InstalledComponent]
    package var files: [FileComponent]
    /// RFC 3339 in UTC, whole seconds.
    package var created: String
    /// Such as `plinth-0.1.0`.
    package var tool: String

    package init(
        image: String, imageDigest: Digest?, imageArchitecture: String, distribution: String,
        distributionVersion: String, packageType: String, components: [InstalledComponent], files: [FileComponent] = [],
        created: String, tool: String
    ) {
        self.image = image
        self.imageDigest = imageDigest
        self.imageArchitecture = imageArchitecture
        self.distribution = distribution
        self.distributionVersion = distributionVersion
        self.packageType = packageType
        self.components = components
        self.files = files
        self.created = created
        self.tool = tool
    }
}

extension ImageBill {
    /// The purl of a component, with the source package as `upstream` where it has another name or version.
    package func url(of component: InstalledComponent) -> PackageURL {
        var qualifiers = ["arch": component.architecture]
        qualifiers["distro"] = distributionVersion.isEmpty ? distribution : "\(distribution)-\(distributionVersion)"
        let source = component.source ?? component.name
        if let version = component.sourceVersion, version != component.version {
            qualifiers["upstream"] = "\(source)@\(version)"
        } else if source != component.name {
            qualifiers["upstream"] = source
        }
        return PackageURL(
            type: packageType, namespace: distribution, name: component.name, version: component.version,
            qualifiers: qualifiers)
    }
}
