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
