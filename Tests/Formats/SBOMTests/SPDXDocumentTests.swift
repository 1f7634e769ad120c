// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthCore
import PlinthSBOM
import Testing

@Suite struct SPDXDocumentTests {
    private func bill(_ components: [InstalledComponent]) -> ImageBill {
        ImageBill(
            image: "example.org/team/Redis", imageDigest: .of([]), imageArchitecture: "amd64", distribution: "debian",
            distributionVersion: "13", packageType: "deb", components: components, created: "2025-03-04T05:06:07Z",
            tool: "plinth-0.1.0")
    }

    private let redis = InstalledComponent(
        name: "redis-server", version: "5:8.0.2-3+b1", architecture: "amd64", source: "redis",
        sourceVersion: "5:8.0.2-3",
        maintainer: "Chris Lamb <lamby@example.org>", homepage: "https://example.org/redis", digest: .of([1]))
    private let standard = InstalledComponent(
        name: "libstdc++6", version: "14.2.0-19", architecture: "amd64", source: "gcc-14",
        maintainer: "Debian GCC Maintainers <gcc@example.org>")

    @Test func wholeDocument() throws {
        let document = try SPDXDocument(bill([redis]))
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(
            String(decoding: try document.encoded(), as: UTF8.self) == """
                {
                  "SPDXID" : "SPDXRef-DOCUMENT",
                  "creationInfo" : {
                    "created" : "2025-03-04T05:06:07Z",
                    "creators" : [
                      "Tool: plinth-0.1.0"
                    ]
                  },
                  "dataLicense" : "CC0-1.0",
                  "documentNamespace" : "\(document.namespace)",
                  "name" : "example.org/team/Redis",
                  "packages" : [
                    {
                      "SPDXID" : "SPDXRef-Image",
                      "checksums" : [
                        {
                          "algorithm" : "SHA256",
                          "checksumValue" : "\(empty)"
                        }
                      ],
                      "copyrightText" : "NOASSERTION",
                      "downloadLocation" : "NOASSERTION",
                      "externalRefs" : [
                        {
                          "referenceCategory" : "PACKAGE-MANAGER",
                          "referenceLocator" : "pkg:oci/redis@sha256:\(empty)?arch=amd64",
                          "referenceType" : "purl"
                        }
                      ],
                      "filesAnalyzed" : false,
                      "licenseConcluded" : "NOASSERTION",
                      "licenseDeclared" : "NOASSERTION",
                      "name" : "example.org/team/Redis",
                      "primaryPackagePurpose" : "CONTAINER",
                      "versionInfo" : "sha256:\(empty)"
                    },
                    {
                      "SPDXID" : "SPDXRef-OperatingSystem",
                      "copyrightText" : "NOASSERTION",
                      "downloadLocation" : "NOASSERTION",
                      "filesAnalyzed" : false,
                      "licenseConcluded" : "NOASSERTION",
                      "licenseDeclared" : "NOASSERTION",
                      "name" : "debian",
                      "primaryPackagePurpose" : "OPERATING-SYSTEM",
                      "versionInfo" : "13"
                    },
                    {
                      "SPDXID" : "SPDXRef-Package-deb-redis-server-amd64",
                      "checksums" : [
                        {
                          "algorithm" : "SHA256",
                          "checksumValue" : "\(Digest.of([1]).hex)"
                        }
                      ],
                      "copyrightText" : "NOASSERTION",
                      "downloadLocation" : "NOASSERTION",
                      "externalRefs" : [
                        {
                          "referenceCategory" : "PACKAGE-MANAGER",
                          "referenceLocator" : "pkg:deb/debian/redis-server@5:8.0.2-3%2Bb1?arch=amd64&distro=debian-13&upstream=redis%405:8.0.2-3",
                          "referenceType" : "purl"
                        }
                      ],
                      "filesAnalyzed" : false,
                      "homepage" : "https://example.org/redis",
                      "licenseConcluded" : "NOASSERTION",
                      "licenseDeclared" : "NOASSERTION",
                      "name" : "redis-server",
                      "sourceInfo" : "built package from: redis 5:8.0.2-3",
                      "supplier" : "Person: Chris Lamb (lamby@example.org)",
                      "versionInfo" : "5:8.0.2-3+b1"
                    }
                  ],
                  "relationships" : [
                    {
                      "relatedSpdxElement" : "SPDXRef-Image",
                      "relationshipType" : "DESCRIBES",
                      "spdxElementId" : "SPDXRef-DOCUMENT"
                    },
                    {
                      "relatedSpdxElement" : "SPDXRef-OperatingSystem",
                      "relationshipType" : "CONTAINS",
                      "spdxElementId" : "SPDXRef-Image"
                    },
                    {
                      "relatedSpdxElement" : "SPDXRef-Package-deb-redis-server-amd64",
                      "relationshipType" : "CONTAINS",
                      "spdxElementId" : "SPDXRef-Image"
                    }
                  ],
                  "spdxVersion" : "SPDX-2.3"
                }

                """)
    }

    @Test func orderOfComponentsDoesNotMatter() throws {
        let one = try SPDXDocument(bill([redis, standard]))
        #expect(try one.encoded() == SPDXDocument(bill([standard, redis])).encoded())
        #expect(one.packages[2].name == "libstdc++6")
        #expect(one.packages[2].id == "SPDXRef-Package-deb-libstdc-2b-2b6-amd64")
        #expect(one.packages[2].supplier == "Organization: Debian GCC Maintainers (gcc@example.org)")
    }

    @Test func namespaceFollowsTheContent() throws {
        let one = try SPDXDocument(bill([redis]))
        let other = try SPDXDocument(bill([standard]))
        #expect(one.namespace != other.namespace)
        let form =
            /https:\/\/spdx\.org\/spdxdocs\/plinth\/example\.org-team-Redis-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
        #expect(one.namespace.wholeMatch(of: form) != nil)
    }

    @Test func equalNamesGetDifferentIdentifiers() throws {
        let document = try SPDXDocument(bill([redis, redis]))
        #expect(Set(document.packages.map(\.id)).count == 4)
    }

    @Test func roundTrip() throws {
        let document = try SPDXDocument(bill([redis, standard]))
        #expect(try JSONDecoder().decode(SPDXDocument.self, from: Data(document.encoded())) == document)
    }
}
