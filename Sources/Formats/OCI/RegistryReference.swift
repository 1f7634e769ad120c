// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// The name of an image in a registry: `host[:port]/repository[:tag][@digest]`.
///
/// Short names mean what they mean to Docker: `debian` is `docker.io/library/debian:latest`.
/// [OCI distribution-spec v1.1, pulling manifests](https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests)
package struct RegistryReference: Hashable, Sendable {
    /// With the port if there is one, in lower case where that leaves it a host; `docker.io` when the text names none.
    package let host: String
    /// Such as `library/debian`.
    package let repository: String
    package var tag: String?
    /// Says more than the tag, when there are both.
    package var digest: Digest?

    /// Reads a reference, with or without `docker://` in front. Without tag and digest, the tag is `latest`.
    /// - Throws: `Problem` with code `registry.reference`.
    package init(parsing text: some StringProtocol) throws(Problem) {
        var reader = ReferenceReader(text)
        try self.init(reading: &reader)
        if tag == nil, digest == nil { tag = "latest" }
    }

    /// Reads the name of a repository alone, without a tag or digest.
    /// - Throws: `Problem` with code `registry.reference`.
    package init(repository text: some StringProtocol) throws(Problem) {
        var reader = ReferenceReader(text)
        try self.init(reading: &reader)
        if tag != nil || digest != nil { throw reader.fault("a repository has no tag and no digest") }
    }

    private init(reading reader: inout ReferenceReader) throws(Problem) {
        digest = try reader.takeDigest()
        tag = try reader.takeTag()
        host = try reader.takeHost()
        repository = try reader.repository(of: host)
    }

    /// The same repository under another tag.
    package func tagged(_ tag: String) throws(Problem) -> RegistryReference {
        guard ReferenceGrammar.isTag(tag) else { throw ReferenceReader(tag).fault("this is no tag") }
        var copy = self
        copy.tag = tag
        copy.digest = nil
        return copy
    }

    /// The same repository at a digest.
    package func pinned(to digest: Digest) -> RegistryReference {
        var copy = self
        copy.tag = nil
        copy.digest = digest
        return copy
    }

    /// `host/repository`.
    package var name: String { host + "/" + repository }

    /// What a registry is asked for: the digest if there is one, else the tag.
    package var selector: String { digest?.description ?? tag ?? "latest" }

    /// The server that answers for the host: Docker Hub's has another name.
    package var server: String { RegistryReference.server(of: host) }

    package static func server(of host: String) -> String { host == "docker.io" ? "registry-1.docker.io" : host }
}

extension RegistryReference: CustomStringConvertible {
    /// The whole reference, nothing left out.
    package var description: String {
        name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}

extension RegistryReference: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(parsing: try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
