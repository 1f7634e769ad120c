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
    private let content = noise(3_000_000, seed: 12)

    private func upload(
        _ configuration: RegistryConfiguration = .quick(), readLimit: @escaping @Sendable (TestRequest) -> Int? = { _ in nil },
        fault: @escaping @Sendable (TestRequest) async throws -> TestReply? = { _ in nil },
        reply: @escaping @Sendable (TestRequest, TestReply) -> TestReply = { $1 },
        _ body: (TestServer) async throws -> Void = { _ in }
    ) async throws {
        try await withRegistry { registry in
            try await withProxy(registry, readLimit: readLimit, fault: fault, reply: reply) { proxy in
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
                try await body(proxy)
            }
        }
    }

    @Test(arguments: [0, 1, 1_000_000, 2_999_999])
    func brokenInTheMiddle(_ length: Int) async throws {
        let cuts = Times(1)
        try await upload(readLimit: { $0.method == .PUT && cuts.take() ? length : nil })
    }

    @Test(arguments: [0, 100_000, 900_000])
    func brokenPieces(_ length: Int) async throws {
        let cuts = Times(1)
        let configuration = RegistryConfiguration.quick { $0.chunk = ByteCount(1_000_000) }
        try await upload(configuration, readLimit: { request in
            request.method == .PATCH && request.header("Content-Range")?.hasPrefix("1000000-") == true && cuts.take()
                ? length : nil
        })
    }

    @Test(arguments: [HTTPMethod.HEAD, .POST, .PUT, .PATCH])
    func passingFailures(_ method: HTTPMethod) async throws {
        let failures = Times(2)
        let configuration = RegistryConfiguration.quick { if method == .PATCH { $0.chunk = ByteCount(1_000_000) } }
        try await upload(configuration, fault: { request in
            request.path.contains("/blobs/") && request.method == method && failures.take() ? .status(503) : nil
        })
    }

    /// The registry has it all, and its answer is lost.
    @Test(arguments: [HTTPMethod.POST, .PUT, .PATCH])
    func lostAnswers(_ method: HTTPMethod) async throws {
        let losses = Times(1)
        let configuration = RegistryConfiguration.quick { if method == .PATCH { $0.chunk = ByteCount(1_000_000) } }
        try await upload(configuration, reply: { request, reply in
            var reply = reply
            if request.path.contains("/blobs/"), request.method == method { reply.hangsUp = losses.take() }
            return reply
        }) { proxy in
            if method == .PUT { #expect(proxy.requests(.PUT).count == 1) }
        }
    }
}
