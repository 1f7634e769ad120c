// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import PlinthWeb
import SystemPackage
import Testing

@testable import PlinthRegistry

/// What a bad network and a bad registry do to us.
@Suite(.enabled(if: hasRegistry, "docker-registry is not installed"), .timeLimit(.minutes(3)))
struct RegistryFaultTests {
    private static let megabytes = noise(3_000_000, seed: 11)
    private let content = Self.megabytes
    private var blob: BlobContent { BlobContent(.layer, content) }

    /// A proxy before a registry that has the blob.
    private func withBlob(
        _ faults: Faults = Faults(), _ configuration: RegistryConfiguration = .quick(),
        _ body: (RegistryClient, RegistryReference, TestServer, FilePath) async throws -> Void
    ) async throws {
        try await withRegistry { registry in
            try await RegistryClient.with(.quick()) { client in
                _ = try await client.upload(blob, to: try RegistryReference(parsing: "\(registry.host)/a:1"))
            }
            try await withProxy(registry, faults) { proxy in
                try await withAsyncScratchDirectory { directory in
                    let reference = try RegistryReference(parsing: "\(proxy.host)/a:1")
                    try await RegistryClient.with(configuration) { client in
                        try await body(client, reference, proxy, directory.appending("blob"))
                    }
                }
            }
        }
    }

    @Test func downloadsGoOnWhereTheyBroke() async throws {
        let cuts = Times(3)
        let faults = Faults(reply: { request, reply in
            var reply = reply
            if request.method == .GET, request.path.contains("/blobs/"), cuts.take() { reply.cut = 500_000 }
            return reply
        })
        try await withBlob(faults) { client, reference, proxy, file in
            let meter = Meter()
            try await client.download(blob.descriptor, from: reference, to: file, progress: meter)
            #expect(try readFile(file) == content)
            #expect(meter.total == 3_000_000)
            // What had come when the connection broke may have been thrown away by it, but not all of it was.
            let ranges = proxy.requests(.GET, "/blobs/").map { $0.header("Range").map { $0.dropFirst(6).dropLast() } }
            let starts = ranges.map { $0.flatMap { Int($0) } ?? 0 }
            #expect(starts.count == 4 && starts[0] == 0 && starts == starts.sorted() && starts[3] > 500_000)
        }
    }

    @Test func aNewProcessGoesOnWithTheFile() async throws {
        try await withBlob { client, reference, proxy, file in
            try writeFile(file, Array(content[..<2_000_000]))
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(try readFile(file) == content)
            #expect(proxy.requests(.GET, "/blobs/").map { $0.header("Range") } == ["bytes=2000000-"])
            // A whole file is not asked for.
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(proxy.requests(.GET, "/blobs/").count == 1)
            // A damaged beginning is found out and thrown away.
            try writeFile(file, [0] + content[1..<2_000_000])
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(try readFile(file) == content)
            #expect(proxy.requests(.GET, "/blobs/").count == 3)
            try writeFile(file, content + [1])
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(try readFile(file) == content)
        }
    }

    @Test func aCancelledDownloadLeavesItsBeginning() async throws {
        let faults = Faults(reply: { request, reply in
            var reply = reply
            if request.method == .GET, request.path.contains("/blobs/"), request.header("Range") == nil {
                reply.cut = 1_500_000
            }
            return reply
        })
        try await withBlob(faults) { client, reference, proxy, file in
            final class Canceller: ProgressSink {
                func started(_ name: String, size: ByteCount?, _ movement: Movement) {}
                func advanced(_ name: String, received: ByteCount) {
                    if received.bytes > 1_000_000 { withUnsafeCurrentTask { $0?.cancel() } }
                }
                func finished(_ name: String, isFromStore: Bool) {}
            }
            await withTaskGroup(of: Void.self) { group in
                let descriptor = blob.descriptor
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await client.download(descriptor, from: reference, to: file, progress: Canceller())
                    }
                }
            }
            let kept = try readFile(file)
            #expect(kept.count > 1_000_000 && kept.count < 3_000_000)
            #expect(kept == Array(content[..<kept.count]))
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(try readFile(file) == content)
            #expect(proxy.requests(.GET, "/blobs/").last?.header("Range") == "bytes=\(kept.count)-")
        }
    }

    @Test func registriesWithoutRanges() async throws {
        let cuts = Times(1)
        let faults = Faults(fault: { request in
            guard request.method == .GET, request.path.contains("/blobs/") else { return nil }
            return TestReply(body: content, cut: cuts.take() ? 100_000 : nil)
        })
        try await withBlob(faults) { client, reference, _, file in
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(try readFile(file) == content)
        }
    }

    /// What it sends breaks off, and it will not go on from there: that is tried a few times only.
    @Test func registriesThatGetNowhere() async throws {
        let faults = Faults(fault: { request in
            guard request.method == .GET, request.path.contains("/blobs/") else { return nil }
            return request.header("Range") == nil ? TestReply(body: content, cut: 2_000_000) : .status(416)
        })
        try await withBlob(faults) { client, reference, proxy, file in
            let found = try await problem { try await client.download(blob.descriptor, from: reference, to: file) }
            #expect(found?.code == "registry.truncated")
            #expect(proxy.requests(.GET, "/blobs/").count < 12)
        }
    }

    @Test(arguments: [429, 500, 502, 503, 504, 408])
    func passingFailures(_ status: Int) async throws {
        let failures = Times(3)
        let faults = Faults(fault: { request in
            request.path.contains("/blobs/") && failures.take() ? .status(status, [("Retry-After", "0")]) : nil
        })
        try await withBlob(faults) { client, reference, proxy, file in
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(try readFile(file) == content)
            #expect(proxy.requests(.GET, "/blobs/").count == 4)
        }
    }

    @Test(arguments: [(429, "registry.limited"), (500, "registry.status"), (403, "registry.denied")])
    func lastingFailures(_ status: Int, _ code: String) async throws {
        let faults = Faults(fault: { request in
            guard request.path.contains("/blobs/") else { return nil }
            return .json("{\"errors\":[{\"code\":\"X\",\"message\":\"a\\u001b[31m\\nb\"}]}", status: status)
        })
        try await withBlob(faults) { client, reference, proxy, file in
            let found = try await problem { try await client.download(blob.descriptor, from: reference, to: file) }
            #expect(found?.code == code)
            #expect(found?.why == "it answered \(status): X: a [31m b")
            #expect(proxy.requests(.GET, "/blobs/").count == (status == 403 ? 1 : 5))
        }
    }

    @Test func retryAfterIsHonouredAndBounded() async throws {
        let failures = Times(2)
        let configuration = RegistryConfiguration.quick { $0.retries.longestPause = .milliseconds(150) }
        let faults = Faults(fault: { request in
            request.path.contains("/blobs/") && failures.take() ? .status(429, [("Retry-After", "3600")]) : nil
        })
        try await withBlob(faults, configuration) { client, reference, _, file in
            let time = try await ContinuousClock().measure {
                try await client.download(blob.descriptor, from: reference, to: file)
            }
            #expect(time >= .milliseconds(300))
            #expect(time < .seconds(60))
        }
    }

    @Test func silentServers() async throws {
        let silences = Times(1)
        let configuration = RegistryConfiguration.quick { $0.connections.idleTimeout = .seconds(2) }
        let faults = Faults(fault: { request in
            guard request.path.contains("/blobs/"), silences.take() else { return nil }
            return TestReply(hangsUp: true, delay: .seconds(20))
        })
        try await withBlob(faults, configuration) { client, reference, _, file in
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(try readFile(file) == content)
        }
    }

    /// What is silent has not asked for TLS: it is not asked for a certificate either.
    @Test func aSlowRegistryIsNotTakenForOneWithTLS() async throws {
        let configuration = RegistryConfiguration.quick {
            $0.connections.idleTimeout = .milliseconds(500)
            $0.retries.attempts = 2
        }
        try await TestServer.with { _ in
            TestReply(hangsUp: true, delay: .seconds(20))
        } _: { server in
            try await RegistryClient.with(configuration) { client in
                let reference = try RegistryReference(parsing: "\(server.host)/a:1")
                let found = try await problem { _ = try await client.manifest(reference) }
                #expect(found?.code == "registry.truncated")
                #expect(found?.why == "it was silent for too long")
                #expect(server.requests.count == 2)
            }
        }
    }

    @Test func serversThatDrip() async throws {
        let drips = Times(1)
        let configuration = RegistryConfiguration.quick { $0.connections.idleTimeout = .seconds(2) }
        let faults = Faults(reply: { request, reply in
            var reply = reply
            if request.method == .GET, request.path.contains("/blobs/"), drips.take() { reply.drip = .milliseconds(20) }
            return reply
        })
        try await withBlob(faults, configuration) { client, reference, proxy, file in
            try await client.download(blob.descriptor, from: reference, to: file)
            #expect(try readFile(file) == content)
            // On a busy machine an honest answer may seem to drip too.
            #expect(proxy.requests(.GET, "/blobs/").count >= 2)
        }
    }

    @Test func wrongBytes() async throws {
        let faults = Faults(reply: { request, reply in
            var reply = reply
            if request.method == .GET, !reply.body.isEmpty { reply.body[reply.body.count / 2] ^= 1 }
            return reply
        })
        try await withBlob(faults) { client, reference, proxy, file in
            let found = try await problem { try await client.download(blob.descriptor, from: reference, to: file) }
            #expect(found?.code == "registry.digest")
            #expect(try readFile(file).isEmpty)
            #expect(proxy.requests(.GET, "/blobs/").count == 1)
        }
    }

    @Test func wrongSizes() async throws {
        try await withBlob { client, reference, _, file in
            for size in [2_999_999, 3_000_001, 0] as [Int64] {
                let wrong = Descriptor(mediaType: .layer, digest: blob.descriptor.digest, size: size)
                let found = try await problem { try await client.download(wrong, from: reference, to: file) }
                #expect(found?.code == (size == 0 ? "registry.digest" : "registry.size"))
            }
        }
    }

    @Test func manifestsThatAreNotWhatTheyShouldBe() async throws {
        let image = try TestImage(layers: [[1]])
        let digest = Digest.of(image.manifest)
        let replies: [(String, TestReply, String)] = [
            ("@\(digest)", TestReply(body: image.manifest + [0x20]), "registry.digest"),
            (
                ":1", TestReply(headers: [("Docker-Content-Digest", "\(Digest.of([]))")], body: image.manifest),
                "registry.digest"
            ),
            (":1", TestReply(body: [UInt8](repeating: 0x20, count: 5 << 20)), "registry.size"),
            (":1", TestReply(body: Array("{".utf8)), "oci.malformed"),
            (":1", .json("{\"schemaVersion\":1}"), "registry.manifest"),
            (
                ":1", TestReply(headers: [("Content-Type", MediaType.imageIndex.rawValue)], body: image.manifest),
                "registry.manifest"
            ),
        ]
        for (suffix, reply, code) in replies {
            try await TestServer.with {
                $0.path == "/v2/" ? .status(200) : reply
            } _: { server in
                try await RegistryClient.with(.quick()) { client in
                    let reference = try RegistryReference(parsing: "\(server.host)/a\(suffix)")
                    #expect(try await problem { _ = try await client.manifest(reference) }?.code == code)
                }
            }
        }
    }
}
