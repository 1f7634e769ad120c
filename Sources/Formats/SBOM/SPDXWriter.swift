// SPDX-License-Identifier: Apache-2.0
import PlinthCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SPDXDocument {
    private static let imageID = "SPDXRef-Image"
    private static let systemID = "SPDXRef-OperatingSystem"

    /// The document of an image: the same bill gives the same bytes, whatever the order of its components.
    /// - Throws: `Problem` with code `sbom.encode`, a bug of ours.
    package init(_ bill: ImageBill) throws {
        let components = bill.components.sorted {
            ($0.name, $0.architecture, $0.version) < ($1.name, $1.architecture, $1.version)
        }
        name = bill.image
        namespace = ""
        creationInfo = CreationInfo(created: bill.created, creators: ["Tool: \(bill.tool)"])
        packages = [Self.image(bill)] + (bill.distribution.isEmpty ? [] : [Self.system(bill)])
        var taken = Set([Self.imageID, Self.systemID])
        packages += components.map { Self.package($0, of: bill, &taken) }
        packages += bill.files.map { Self.file($0, &taken) }
        relationships = [SPDXRelationship(id, .describes, Self.imageID)]
        relationships += packages.dropFirst().map { SPDXRelationship(Self.imageID, .contains, $0.id) }
        let title = String(decoding: bill.image.utf8.map { Self.isIDByte($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
        namespace = "https://spdx.org/spdxdocs/plinth/\(title)-\(nameBasedUUID(try encoded()))"
    }

    /// Sorted keys, two-space indentation, a newline at the end.
    /// - Throws: `Problem` with code `sbom.encode`, a bug of ours.
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw Problem("sbom.encode", "An SBOM cannot be written as JSON", cause: error, kind: .bug)
        }
    }

    private static func image(_ bill: ImageBill) -> SPDXPackage {
        var image = SPDXPackage(name: bill.image, id: imageID)
        image.primaryPackagePurpose = .container
        guard let digest = bill.imageDigest else { return image }
        image.versionInfo = "\(digest)"
        image.checksums = [.init(algorithm: "SHA256", checksumValue: digest.hex)]
        let name = String(bill.image.split(separator: "/").last ?? "image").lowercased()
        let url = PackageURL(
            type: "oci", name: name, version: "\(digest)", qualifiers: ["arch": bill.imageArchitecture])
        image.externalRefs = [reference(url)]
        return image
    }

    private static func system(_ bill: ImageBill) -> SPDXPackage {
        var system = SPDXPackage(name: bill.distribution, id: systemID)
        system.versionInfo = bill.distributionVersion.isEmpty ? nil : bill.distributionVersion
        system.primaryPackagePurpose = .operatingSystem
        return system
    }

    private static func package(
        _ component: InstalledComponent, of bill: ImageBill, _ taken: inout Set<String>
    ) -> SPDXPackage {
        let base = "SPDXRef-Package-\(bill.packageType)-\(identifier(component.name))-\(component.architecture)"
        var package = SPDXPackage(name: component.name, id: unused(base, &taken))
        package.versionInfo = component.version
        package.supplier = component.maintainer.map { supplier($0) }
        package.homepage = component.homepage
        package.checksums = component.digest.map { [.init(algorithm: "SHA256", checksumValue: $0.hex)] }
        package.sourceInfo =
            "built package from: \(component.source ?? component.name) \(component.sourceVersion ?? component.version)"
        package.externalRefs = [reference(bill.url(of: component))]
        return package
    }

    /// Something without a package: by what it is made of, not by its name, scanners may know it.
    private static func file(_ file: FileComponent, _ taken: inout Set<String>) -> SPDXPackage {
        var package = SPDXPackage(name: file.name, id: unused("SPDXRef-File-\(identifier(file.name))", &taken))
        package.versionInfo = "\(file.digest)"
        package.primaryPackagePurpose = file.kind == .archive ? .archive : .file
        switch file.kind {
        case .file, .archive: package.checksums = [.init(algorithm: "SHA256", checksumValue: file.digest.hex)]
        case .directory, .image: break
        }
        package.sourceInfo = (file.kind == .image ? "copied from the image " : "copied from ") + file.source
        return package
    }

    private static func reference(_ url: PackageURL) -> SPDXPackage.ExternalReference {
        .init(referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: "\(url)")
    }

    /// Identifiers may have letters, digits, dots and hyphens only: other bytes become their hexadecimal digits.
    private static func identifier(_ text: String) -> String {
        text.utf8.map { isIDByte($0) ? String(UnicodeScalar($0)) : "-" + hexString([$0]) }.joined()
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    private static func unused(_ base: String, _ taken: inout Set<String>) -> String {
        var candidate = base
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(base)-\(number)"
            number += 1
        }
        return candidate
    }

    /// `Name <address>` in SPDX's words: `Person: Name (address)`, or an organization where the name says so.
    private static func supplier(_ maintainer: String) -> String {
        let parts = maintainer.split(separator: "<", maxSplits: 1)
        let name = parts.first.map { trimmed($0) } ?? ""
        let groups = ["Team", "Maintainers", "Developers", "Group", "Packagers", "Project", "Force"]
        let isGroup = name.split(separator: " ").contains { groups.contains(String($0)) }
        let address = parts.count == 2 ? " (\(trimmed(parts[1].prefix { $0 != ">" })))" : ""
        return name.isEmpty ? "NOASSERTION" : (isGroup ? "Organization: " : "Person: ") + name + address
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(decoding: Array(text.utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()), as: UTF8.self)
    }
}

/// A UUID of version 8 made of the SHA-256 of bytes: the same bytes, the same name. RFC 9562, section 5.8.
func nameBasedUUID(_ bytes: [UInt8]) -> String {
    var digits = Array(Digest.of(bytes).bytes.prefix(16))
    digits[6] = digits[6] & 0x0f | 0x80
    digits[8] = digits[8] & 0x3f | 0x80
    let hex = hexString(digits)
    var text = ""
    for (index, digit) in hex.enumerated() {
        if [8, 12, 16, 20].contains(index) { text += "-" }
        text.append(digit)
    }
    return text
}
