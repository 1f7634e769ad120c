// SPDX-License-Identifier: Apache-2.0

/// One image for one platform: a config and layers, the lowest first.
///
/// [OCI image-spec v1.1, manifest.md](https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md)
package struct ImageManifest: Hashable, Codable, Sendable {
    package var schemaVersion = 2
    package var mediaType: MediaType?
    package var artifactType: MediaType?
    package var config: Descriptor
    package var layers: [Descriptor]
    package var subject: Descriptor?
    package var annotations: [String: String]?

    package init(
        mediaType: MediaType = .imageManifest, config: Descriptor, layers: [Descriptor],
        artifactType: MediaType? = nil, subject: Descriptor? = nil, annotations: [String: String]? = nil
    ) {
        self.mediaType = mediaType
        self.artifactType = artifactType
        self.config = config
        self.layers = layers
        self.subject = subject
        self.annotations = annotations
    }

    package init(from decoder: any Decoder) throws {
        try DocumentKind.refuse("manifests", in: decoder)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        schemaVersion = try DocumentKind.version(fields.decode(Int.self, forKey: .schemaVersion), decoder)
        mediaType = try fields.decodeIfPresent(MediaType.self, forKey: .mediaType)
        artifactType = try fields.decodeIfPresent(MediaType.self, forKey: .artifactType)
        config = try fields.decode(Descriptor.self, forKey: .config)
        layers = try fields.decodeIfPresent([Descriptor].self, forKey: .layers) ?? []
        subject = try fields.decodeIfPresent(Descriptor.self, forKey: .subject)
        annotations = try fields.decodeIfPresent([String: String].self, forKey: .annotations)
        if let mediaType, !mediaType.isManifest { throw DocumentKind.other(mediaType, decoder) }
    }
}

/// Checks that keep one document from being read as another (CVE-2021-41190).
enum DocumentKind {
    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    static func refuse(_ names: String..., in decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Name.self)
        for name in names where fields.contains(Name(stringValue: name)) {
            throw fault("a field `\(name)`, which this kind of document must not have", decoder)
        }
    }

    static func version(_ number: Int, _ decoder: any Decoder) throws -> Int {
        guard number == 2 else { throw fault("schema version \(number), where 2 is the only one known", decoder) }
        return number
    }

    static func other(_ mediaType: MediaType, _ decoder: any Decoder) -> DecodingError {
        fault("it calls itself `\(mediaType)`", decoder)
    }

    private static func fault(_ text: String, _ decoder: any Decoder) -> DecodingError {
        .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: text))
    }
}
