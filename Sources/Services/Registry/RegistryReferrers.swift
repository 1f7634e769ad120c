// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
package import PlinthCore
package import PlinthOCI
import PlinthWeb

extension RegistryClient {
    /// What is known about an image in its own repository: signatures, SBOMs and other manifests that name it.
    ///
    /// A registry without this API is asked for the tag `sha256-<hex>` that stands in for it.
    /// [OCI distribution-spec v1.1, listing referrers](https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers)
    /// - Parameter artifactType: only referrers of this type.
    /// - Throws: `Problem` with a code `registry.*`.
    package func referrers(
        of digest: Digest, in reference: RegistryReference, artifactType: MediaType? = nil
    ) async throws -> [Descriptor] {
        let query = artifactType.map { "?artifactType=" + TokenRequest.escaped($0.rawValue) } ?? ""
        var found: [Descriptor] = []
        do {
            let what = "Listing what refers to \(digest)"
            let path = "referrers/\(digest)\(query)"
            let lacking: Set<Int> = [400, 404, 405, 406, 501]
            try await pages(path, of: repository(reference), what, lacking: lacking) { bytes in
                found += try OCIJSON.decode(ImageIndex.self, from: bytes, at: "referrers of \(digest)").manifests
            }
        } catch is NoSuchList {
            found = try await referrersTag(digest, reference)?.manifests ?? []
        }
        guard let artifactType else { return found }
        return found.filter { $0.artifactType == artifactType }
    }

    private func referrersTag(_ digest: Digest, _ reference: RegistryReference) async throws -> ImageIndex? {
        do {
            let manifest = try await manifest(try reference.tagged("sha256-" + digest.hex))
            guard manifest.descriptor.mediaType.isIndex else { return nil }
            return try OCIJSON.decode(ImageIndex.self, from: manifest.bytes, at: "referrers of \(digest)")
        } catch let problem as Problem where problem.code == "registry.missing" {
            return nil
        }
    }

    /// Lists a manifest under the tag that stands in for the API.
    ///
    /// Two who do so at once may overwrite each other: what was written is read again, and written again if it is gone.
    func addToReferrersTag(_ referrer: Referrer, _ reference: RegistryReference) async throws {
        let tag = try reference.tagged("sha256-" + referrer.subject.hex)
        for _ in 0..<4 {
            var index = try await referrersTag(referrer.subject, reference) ?? ImageIndex(manifests: [])
            if index.manifests.contains(where: { $0.digest == referrer.descriptor.digest }) { return }
            index.manifests.append(referrer.descriptor)
            let bytes = try OCIJSON.encode(index)
            try await putManifest(bytes, .imageIndex, to: tag)
        }
        throw Problem(
            "registry.referrers", "A manifest could not be listed among those that refer to its subject", at: "\(tag)",
            why: "somebody else keeps overwriting the list", hints: ["Try again"])
    }
}

/// A manifest that is about another one.
struct Referrer {
    let subject: Digest
    /// As the list of referrers has it: with the type and the annotations of the manifest.
    let descriptor: Descriptor

    private struct Document: Decodable {
        var subject: Descriptor?
        var artifactType: MediaType?
        var annotations: [String: String]?
        var config: Descriptor?
    }

    /// Nil when the manifest has no subject.
    init?(_ bytes: [UInt8], _ descriptor: Descriptor) throws {
        guard descriptor.mediaType == .imageManifest || descriptor.mediaType == .imageIndex else { return nil }
        let document = try OCIJSON.decode(Document.self, from: bytes, at: "\(descriptor.digest)")
        guard let subject = document.subject else { return nil }
        self.subject = subject.digest
        var listed = descriptor
        listed.artifactType = document.artifactType ?? document.config?.mediaType
        listed.annotations = document.annotations
        self.descriptor = listed
    }
}
