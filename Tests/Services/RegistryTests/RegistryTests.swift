// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthRegistry

/// Against Debian's docker-registry.
@Suite(.enabled(if: hasRegistry, "docker-registry is not installed"), .timeLimit(.minutes(3)))
struct RegistryTests {
    @Test func pushAndPull() async throws {
        let image = try TestImage(layers: [noise(700_000, seed: 1), noise(10, seed: 2), [], noise(10, seed: 2)])
        try await withRegistry { registry in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(registry.host)/team/image:1")
                #expect(try await client.resolve(reference) == nil)
                let meter = Meter()
                #expect(Set(try await image.push(client, reference, progress: meter)) == [.sent])
                #expect(meter.total == Int64(image.contents[0].count + 700_010))
                let found = try await client.manifest(reference)
                #expect(found.bytes == image.manifest)
                #expect(found.descriptor.mediaType == .imageManifest)
                #expect(try await client.resolve(reference) == found.descriptor)
                #expect(try await client.manifest(reference.pinned(to: found.descriptor.digest)) == found)
                #expect(try await client.tags(reference) == ["1"])
                try await expectBlobs(image, client, reference)
            }
        }
    }

    private func expectBlobs(_ image: TestImage, _ client: RegistryClient, _ reference: RegistryReference) async throws
    {
        try await withAsyncScratchDirectory { directory in
            for (blob, content) in zip(image.blobs, image.contents) {
                let file = directory.appending(blob.descriptor.digest.hex)
                try await client.download(blob.descriptor, from: reference, to: file)
                #expect(try readFile(file) == content)
                #expect(try await client.exists(blob.descriptor, in: reference))
            }
        }
    }

    @Test func missingThings() async throws {
        try await withRegistry { registry in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(registry.host)/nothing")
                #expect(try await problem { _ = try await client.manifest(reference) }?.code == "registry.missing")
                #expect(try await problem { _ = try await client.tags(reference) }?.code == "registry.missing")
                let blob = Descriptor(.layer, of: [1])
                #expect(try await !client.exists(blob, in: reference))
                try await withAsyncScratchDirectory { directory in
                    let found = try await problem {
                        try await client.download(blob, from: reference, to: directory.appending("x"))
                    }
                    #expect(found?.code == "registry.missing")
                }
            }
        }
    }

    @Test func aSecondPushMovesNoBlob() async throws {
        let image = try TestImage(layers: [noise(100_000, seed: 3), noise(50_000, seed: 4)])
        try await withRegistry { registry in
            try await withProxy(registry) { proxy in
                try await RegistryClient.with(.quick()) { client in
                    let reference = try RegistryReference(parsing: "\(proxy.host)/a:1")
                    _ = try await image.push(client, reference)
                    #expect(proxy.requests(.PUT, "/blobs/").count == 3)
                    #expect(try await image.push(client, reference) == [.wasThere, .wasThere, .wasThere])
                    #expect(proxy.requests(.PUT, "/blobs/").count == 3)
                    #expect(proxy.requests(.POST).count == 3)
                    #expect(proxy.requests(.PATCH).isEmpty)
                }
            }
        }
    }

    @Test func blobsAreMounted() async throws {
        let image = try TestImage(layers: [noise(100_000, seed: 5)])
        try await withRegistry { registry in
            try await withProxy(registry) { proxy in
                try await RegistryClient.with(.quick()) { client in
                    _ = try await image.push(client, try RegistryReference(parsing: "\(proxy.host)/old/name:1"))
                    let reference = try RegistryReference(parsing: "\(proxy.host)/new:1")
                    let arrivals = try await client.upload(
                        image.blobs, to: reference, mountingFrom: "old/name", limit: 2)
                    #expect(arrivals == [.mounted, .mounted])
                    #expect(proxy.requests(.PUT, "/v2/new/blobs").isEmpty)
                    let other = BlobContent(.layer, noise(9, seed: 6))
                    #expect(try await client.upload(other, to: reference, mountingFrom: "old/name") == .sent)
                }
            }
        }
    }

    @Test func blobsAreSentInPieces() async throws {
        let content = noise(1_000_001, seed: 7)
        try await withRegistry { registry in
            try await withProxy(registry) { proxy in
                try await RegistryClient.with(.quick { $0.chunk = ByteCount(300_000) }) { client in
                    let reference = try RegistryReference(parsing: "\(proxy.host)/a:1")
                    #expect(try await client.upload(BlobContent(.layer, content), to: reference) == .sent)
                    let ranges = proxy.requests(.PATCH).compactMap { $0.header("Content-Range") }
                    #expect(ranges == ["0-299999", "300000-599999", "600000-899999", "900000-1000000"])
                    #expect(try await client.upload(BlobContent(.layer, []), to: reference) == .sent)
                }
            }
        }
    }

    @Test func twentyPushesAtOnce() async throws {
        let shared = noise(300_000, seed: 8)
        let images = try (0..<20).map {
            try TestImage(layers: [shared, noise(20_000, seed: 100 + UInt64($0))], name: "image \($0)")
        }
        try await withRegistry { registry in
            try await RegistryClient.with(.quick()) { client in
                _ = try await mapConcurrently(Array(images.enumerated()), limit: 20) { number, image in
                    let reference = try RegistryReference(parsing: "\(registry.host)/shared/image:\(number)")
                    return try await image.push(client, reference)
                }
                let name = try RegistryReference(parsing: "\(registry.host)/shared/image")
                #expect(Set(try await client.tags(name)) == Set((0..<20).map { "\($0)" }))
                for (number, image) in images.enumerated() {
                    #expect(try await client.manifest(try name.tagged("\(number)")).bytes == image.manifest)
                    try await expectBlobs(image, client, name)
                }
            }
        }
    }

    @Test func aWrongDigestIsRefused() async throws {
        try await withRegistry { registry in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(registry.host)/a:1")
                let wrong = BlobContent(Descriptor(.layer, of: [1, 2, 3])) { _ in MemorySource([1, 2, 4]) }
                #expect(try await problem { try await client.upload(wrong, to: reference) }?.code == "registry.digest")
                let short = BlobContent(Descriptor(.layer, of: [1, 2, 3])) { _ in MemorySource([1, 2]) }
                #expect(try await problem { try await client.upload(short, to: reference) }?.code == "registry.source")
                let manifest = try problemOfPinned(reference)
                let found = try await problem { try await client.putManifest([1], .imageManifest, to: manifest) }
                #expect(found?.code == "registry.digest")
            }
        }
    }

    private func problemOfPinned(_ reference: RegistryReference) throws -> RegistryReference {
        reference.pinned(to: Digest.of([2]))
    }

    @Test func manifestsThatComeBeforeTheirBlobs() async throws {
        let image = try TestImage(layers: [noise(10, seed: 10)])
        let doubts = Times(1)
        let faults = Faults(fault: { request in
            guard request.method == .PUT, request.path.contains("/manifests/"), doubts.take() else { return nil }
            return .json("{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\"}]}", status: 400)
        })
        try await withRegistry { registry in
            try await withProxy(registry, faults) { proxy in
                try await RegistryClient.with(.quick()) { client in
                    let early = try RegistryReference(parsing: "\(registry.host)/early:1")
                    let found = try await problem {
                        try await client.putManifest(image.manifest, .imageManifest, to: early)
                    }
                    #expect(found?.code == "registry.missing")
                    // A registry that is a moment behind is asked again.
                    _ = try await image.push(client, try RegistryReference(parsing: "\(proxy.host)/late:1"))
                    #expect(proxy.requests(.PUT, "/manifests/").count == 2)
                }
            }
        }
    }

    @Test func oneBlobIsSentOnce() async throws {
        let content = noise(300_000, seed: 11)
        try await withRegistry { registry in
            try await withProxy(registry) { proxy in
                try await RegistryClient.with(.quick()) { client in
                    let reference = try RegistryReference(parsing: "\(proxy.host)/a:1")
                    let blob = BlobContent(.layer, content)
                    let arrivals = try await client.upload([blob, blob], to: reference, limit: 2)
                    #expect(arrivals == [.sent, .sent])
                    #expect(proxy.requests(.POST, "/blobs/uploads/").count == 1)
                }
            }
        }
    }

    @Test func referrersByTheirTag() async throws {
        let image = try TestImage(layers: [noise(10, seed: 9)])
        try await withRegistry { registry in
            try await RegistryClient.with(.quick()) { client in
                let reference = try RegistryReference(parsing: "\(registry.host)/a:1")
                _ = try await image.push(client, reference)
                let subject = Descriptor(.imageManifest, of: image.manifest)
                #expect(try await client.referrers(of: subject.digest, in: reference).isEmpty)
                try await client.upload(BlobContent(.empty, Array("{}".utf8)), to: reference)
                for kind in ["a", "b"] {
                    let manifest = ImageManifest(
                        config: Descriptor(.empty, of: Array("{}".utf8)), layers: [],
                        artifactType: MediaType(rawValue: "application/" + kind), subject: subject,
                        annotations: ["kind": kind])
                    let bytes = try OCIJSON.encode(manifest)
                    let name = reference.pinned(to: Digest.of(bytes))
                    try await client.putManifest(bytes, .imageManifest, to: name)
                    try await client.putManifest(bytes, .imageManifest, to: name)
                }
                let found = try await client.referrers(of: subject.digest, in: reference)
                #expect(found.map { $0.artifactType?.rawValue } == ["application/a", "application/b"])
                #expect(found.map(\.annotations) == [["kind": "a"], ["kind": "b"]])
                let only = try await client.referrers(
                    of: subject.digest, in: reference, artifactType: MediaType(rawValue: "application/b"))
                #expect(only == [found[1]])
            }
        }
    }
}
