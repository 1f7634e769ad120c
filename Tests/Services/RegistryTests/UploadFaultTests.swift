// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthRegistry

/// Uploads that break.
@Suite(.enabled(if: hasRegistry, "docker-registry is not installed"), .timeLimit(.minutes(3)))
struct UploadFaultTests {
    private static let megabytes = noise(3_000_000, seed: 12)
    private let content = Self.megabytes

    /// Uploads, looks whether all of it arrived, and gives the requests that were made.
    @discardableResult
    private func upload(
        _ configuration: RegistryConfiguration = .quick(), _ faults: Faults
    ) async throws -> [TestRequest] {
        var requests: [TestRequest] = []
        try await withRegistry { registry in
            try await withProxy(registry, faults) { proxy in
                try await RegistryClient.with(configuration) { client in
                    let reference = try RegistryReference(parsing: "\(proxy.host)/a:1")
                    let blob = BlobContent(.layer, content)
                    #expect(try await client.upload(blob, to: reference) == .sent)
                    #expect(try await client.exists(blob.descriptor, in: reference))
                    try await withAsyncScratchDirectory { directory in
                        let file = directory.appending("x")
                        try await client.download(blob.descriptor, from: reference, to: file)
                        #expect(try readFile(file) == content)
                    }
                }
                requests = proxy.requests
            }
        }
        return requests
    }

    @Test(arguments: [0, 1, 1_000_000, 2_999_999])
    func brokenInTheMiddle(_ length: Int) async throws {
        let cuts = Times(1)
        try await upload(.quick(), Faults(readLimit: { $0.method == .PUT && cuts.take() ? length : nil }))
    }

    @Test(arguments: [0, 100_000, 900_000])
    func brokenPieces(_ length: Int) async throws {
        let cuts = Times(1)
        let configuration = RegistryConfiguration.quick { $0.chunk = ByteCount(1_000_000) }
        let faults = Faults(readLimit: { request in
            let isSecond = request.header("Content-Range")?.hasPrefix("1000000-") == true
            return request.method == .PATCH && isSecond && cuts.take() ? length : nil
        })
        try await upload(configuration, faults)
    }

    @Test(arguments: [HTTPMethod.HEAD, .POST, .PUT, .PATCH])
    func passingFailures(_ method: HTTPMethod) async throws {
        let failures = Times(2)
        let configuration = RegistryConfiguration.quick { if method == .PATCH { $0.chunk = ByteCount(1_000_000) } }
        let faults = Faults(fault: { request in
            request.path.contains("/blobs/") && request.method == method && failures.take() ? .status(503) : nil
        })
        try await upload(configuration, faults)
    }

    /// The registry has it all, and its answer is lost.
    @Test(arguments: [HTTPMethod.POST, .PUT, .PATCH])
    func lostAnswers(_ method: HTTPMethod) async throws {
        let losses = Times(1)
        let configuration = RegistryConfiguration.quick { if method == .PATCH { $0.chunk = ByteCount(1_000_000) } }
        let faults = Faults(reply: { request, reply in
            var reply = reply
            if request.path.contains("/blobs/"), request.method == method { reply.hangsUp = losses.take() }
            return reply
        })
        let requests = try await upload(configuration, faults)
        if method == .PUT { #expect(requests.count { $0.method == .PUT } == 1) }
    }
}
