// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthWeb

/// Compares what came with what was asked for and announced.
struct ManifestCheck {
    let reference: RegistryReference
    let answer: HTTPAnswer

    /// From the head alone; nil when it does not say enough.
    var descriptor: Descriptor? {
        guard let digest = answer.header("Docker-Content-Digest").flatMap({ Digest(parsing: $0) }),
            let size = answer.header("Content-Length").flatMap({ Int64($0) }), size >= 0, let type = contentType,
            reference.digest == nil || reference.digest == digest
        else { return nil }
        return Descriptor(mediaType: type, digest: digest, size: size)
    }

    private var contentType: MediaType? {
        let text = answer.header("Content-Type").map { $0.prefix { $0 != ";" && $0 != " " } } ?? ""
        return text.isEmpty ? nil : MediaType(rawValue: text.lowercased())
    }

    func verified(_ bytes: [UInt8]) throws -> RemoteManifest {
        let digest = Digest.of(bytes)
        let said = answer.header("Docker-Content-Digest").flatMap { Digest(parsing: $0) }
        for expected in [reference.digest, said].compactMap({ $0 }) where expected != digest {
            throw RegistryFailure.digest("A manifest is not the one that was asked for", answer, digest, expected)
        }
        let type = try mediaType(bytes)
        return RemoteManifest(
            descriptor: Descriptor(mediaType: type, digest: digest, size: Int64(bytes.count)), bytes: bytes)
    }

    private struct Kind: Decodable {
        var schemaVersion: Int?
        var mediaType: MediaType?
        var manifests: JSONValue?
        var layers: JSONValue?
    }

    /// The document's own word and the header's must be one, or programs could read it as different things.
    private func mediaType(_ bytes: [UInt8]) throws -> MediaType {
        let kind = try OCIJSON.decode(Kind.self, from: bytes, at: "\(reference)")
        if kind.schemaVersion == 1 {
            throw fault("it is of Docker's schema 1, which cannot be verified: push the image anew")
        }
        let header = contentType.flatMap { $0.isManifest || $0.isIndex ? $0 : nil }
        if let own = kind.mediaType {
            if let header, header != own { throw fault("it calls itself \(own), and the registry calls it \(header)") }
            return own
        }
        if let header { return header }
        return kind.manifests != nil && kind.layers == nil ? .imageIndex : .imageManifest
    }

    private func fault(_ why: String) -> Problem {
        Problem("registry.manifest", "A manifest cannot be used", at: "\(reference)", why: why)
    }
}

extension RegistryFailure {
    static func digest(_ what: String, _ answer: HTTPAnswer, _ found: Digest, _ expected: Digest) -> RegistryFailure {
        RegistryFailure(
            problem: Problem(
                "registry.digest", what, at: answer.address.place, why: "expected \(expected), got \(found)",
                hints: ["The registry, or something between it and here, changes what it sends"]))
    }
}
