// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PlinthCore
package import PlinthOCI
import PlinthWeb

/// A manifest or index, as the registry holds it.
package struct RemoteManifest: Sendable, Equatable {
    package let descriptor: Descriptor
    package let bytes: [UInt8]
}

extension RegistryClient {
    /// The manifest or index that a reference names; at most 4 MiB.
    ///
    /// Its bytes have the digest of the reference, if that has one, and the one that the registry says.
    /// - Throws: `Problem` with a code `registry.*`, of which `registry.missing` says that there is none.
    package func manifest(_ reference: RegistryReference) async throws -> RemoteManifest {
        let repository = repository(reference)
        return try await lines.retrying {
            let answer = try await repository.answer(to: try await manifestCall(.GET, reference))
            guard answer.status == 200 else {
                throw try await repository.refusal(answer, "Asking for \(reference)")
            }
            let bytes = try await answer.collect("The manifest of \(reference)", limit: OCIJSON.limit)
            return try ManifestCheck(reference: reference, answer: answer).verified(bytes)
        }
    }

    /// What a reference names, without its bytes; nil when there is no such thing.
    ///
    /// A registry that does not say the digest is asked for the manifest itself.
    /// - Throws: `Problem` with a code `registry.*`.
    package func resolve(_ reference: RegistryReference) async throws -> Descriptor? {
        let repository = repository(reference)
        let found: Descriptor?? = try await lines.retrying {
            let answer = try await repository.answer(to: try await manifestCall(.HEAD, reference))
            if answer.status == 404 { return .some(nil) }
            guard answer.status == 200 else { throw try await repository.refusal(answer, "Asking for \(reference)") }
            _ = try await answer.drained()
            return ManifestCheck(reference: reference, answer: answer).descriptor
        }
        if let found { return found }
        return try await manifest(reference).descriptor
    }

    private func manifestCall(_ method: HTTPMethod, _ reference: RegistryReference) async throws -> RegistryCall {
        let known: [MediaType] = [.imageManifest, .imageIndex, .dockerManifest, .dockerManifestList]
        let accept = known.map(\.rawValue).joined(separator: ", ")
        return try await repository(reference).call(
            method, "manifests/" + reference.selector, .pull, headers: [("Accept", accept)])
    }
}

extension RegistryClient {
    /// Puts a manifest or index under the reference's tag, or under its digest when it has no tag.
    ///
    /// When it has a subject and the registry has no API for referrers, the tag that stands in for it is kept.
    /// - Throws: `Problem` with a code `registry.*`.
    @discardableResult
    package func putManifest(
        _ bytes: [UInt8], _ mediaType: MediaType, to reference: RegistryReference
    ) async throws -> Descriptor {
        guard bytes.count <= OCIJSON.limit else { throw OCIJSON.tooLarge(Int64(bytes.count), at: "\(reference)") }
        let descriptor = Descriptor(mediaType, of: bytes)
        if let digest = reference.digest, digest != descriptor.digest {
            throw Problem(
                "registry.digest", "A manifest does not have the digest under which it shall be put",
                at: "\(reference)",
                why: "it has \(descriptor.digest)", kind: .usage)
        }
        let knowsSubjects = try await put(bytes, descriptor, reference)
        if !knowsSubjects, let listed = try Referrer(bytes, descriptor) {
            try await addToReferrersTag(listed, reference)
        }
        return descriptor
    }

    /// - Returns: whether the registry itself remembers whom the manifest is about.
    private func put(_ bytes: [UInt8], _ descriptor: Descriptor, _ reference: RegistryReference) async throws -> Bool {
        let repository = repository(reference)
        let selector = reference.tag ?? descriptor.digest.description
        return try await lines.retrying {
            var call = try await repository.call(
                .PUT, "manifests/" + selector, .push, headers: [("Content-Type", descriptor.mediaType.rawValue)])
            call.body = { .bytes(ByteBuffer(bytes: bytes)) }
            let answer = try await repository.answer(to: call)
            guard [200, 201, 202, 204].contains(answer.status) else {
                throw try await repository.refusal(answer, "Putting \(reference)")
            }
            _ = try await answer.drained()
            if let said = answer.header("Docker-Content-Digest").flatMap({ Digest(parsing: $0) }),
                said != descriptor.digest
            {
                throw RegistryFailure.digest(
                    "A registry keeps another manifest than it was given", answer, said, descriptor.digest)
            }
            return answer.header("OCI-Subject") != nil
        }
    }
}

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
