// SPDX-License-Identifier: Apache-2.0

/// An SPDX 2.3 document, as far as we write it: packages and how they hang together, no files.
///
/// [SPDX 2.3](https://spdx.github.io/spdx-spec/v2.3/)
package struct SPDXDocument: Hashable, Codable, Sendable {
    package var spdxVersion = "SPDX-2.3"
    package var dataLicense = "CC0-1.0"
    package var id = "SPDXRef-DOCUMENT"
    package var name: String
    /// An address that no other document has; it need not lead anywhere.
    package var namespace: String
    package var creationInfo: CreationInfo
    package var packages: [SPDXPackage]
    package var relationships: [SPDXRelationship]

    package struct CreationInfo: Hashable, Codable, Sendable {
        /// RFC 3339 in UTC, whole seconds.
        package var created: String
        /// Such as `Tool: plinth-0.1.0`.
        package var creators: [String]
    }

    enum CodingKeys: String, CodingKey {
        case spdxVersion, dataLicense, name, creationInfo, packages, relationships
        case id = "SPDXID"
        case namespace = "documentNamespace"
    }
}

/// A package, the operating system or the image itself.
package struct SPDXPackage: Hashable, Codable, Sendable {
    /// What the thing is for.
    package enum Purpose: String, Codable, Sendable {
        case container = "CONTAINER"
        case operatingSystem = "OPERATING-SYSTEM"
        case file = "FILE"
        case archive = "ARCHIVE"
    }

    package struct Checksum: Hashable, Codable, Sendable {
        package var algorithm: String
        package var checksumValue: String
    }

    package struct ExternalReference: Hashable, Codable, Sendable {
        package var referenceCategory: String
        package var referenceType: String
        package var referenceLocator: String
    }

    package var name: String
    package var id: String
    package var versionInfo: String?
    /// `Person: …` or `Organization: …`.
    package var supplier: String?
    package var downloadLocation = "NOASSERTION"
    package var filesAnalyzed = false
    package var checksums: [Checksum]?
    package var homepage: String?
    /// The source package that it was built from.
    package var sourceInfo: String?
    package var licenseConcluded = "NOASSERTION"
    package var licenseDeclared = "NOASSERTION"
    package var copyrightText = "NOASSERTION"
    package var primaryPackagePurpose: Purpose?
    package var externalRefs: [ExternalReference]?

    package init(name: String, id: String) {
        self.name = name
        self.id = id
    }

    enum CodingKeys: String, CodingKey {
        case name, versionInfo, supplier, downloadLocation, filesAnalyzed, checksums, homepage, sourceInfo
        case licenseConcluded, licenseDeclared, copyrightText, primaryPackagePurpose, externalRefs
        case id = "SPDXID"
    }
}

package struct SPDXRelationship: Hashable, Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case describes = "DESCRIBES"
        case contains = "CONTAINS"
    }

    package var element: String
    package var kind: Kind
    package var related: String

    package init(_ element: String, _ kind: Kind, _ related: String) {
        self.element = element
        self.kind = kind
        self.related = related
    }

    enum CodingKeys: String, CodingKey {
        case element = "spdxElementId"
        case kind = "relationshipType"
        case related = "relatedSpdxElement"
    }
}
