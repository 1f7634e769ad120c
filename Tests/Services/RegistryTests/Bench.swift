// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import PlinthWeb
import Synchronization
import SystemPackage
import Testing

@testable import PlinthRegistry

extension RegistryConfiguration {
    /// Loses no time.
    static func quick(_ change: (inout RegistryConfiguration) -> Void = { _ in }) -> RegistryConfiguration {
        var configuration = RegistryConfiguration(
            connections: ConnectionSettings(
                proxies: .none, connectTimeout: .seconds(10), idleTimeout: .seconds(60)))
        configuration.retries.firstPause = .milliseconds(2)
        configuration.retries.longestPause = .milliseconds(20)
        change(&configuration)
        return configuration
    }
}

/// An image made for a test: the manifest, its config and its layers.
struct TestImage: Sendable {
    let blobs: [BlobContent]
    let contents: [[UInt8]]
    let manifest: [UInt8]

    init(layers: [[UInt8]], name: String = "image") throws {
        let diffs = layers.map { Digest.of($0) }
        let config = try OCIJSON.encode(
            ImageConfig(platform: OCIPlatform(architecture: "amd64"), author: name, diffIDs: diffs))
        contents = [config] + layers
        blobs = [BlobContent(.imageConfig, config)] + layers.map { BlobContent(.layer, $0) }
        manifest = try OCIJSON.encode(
            ImageManifest(config: blobs[0].descriptor, layers: blobs.dropFirst().map(\.descriptor)))
    }

    func push(
        _ client: RegistryClient, _ reference: RegistryReference, progress: any ProgressSink = NoProgress()
    ) async throws -> [BlobArrival] {
        let arrivals = try await client.upload(blobs, to: reference, limit: 4, progress: progress)
        try await client.putManifest(manifest, .imageManifest, to: reference)
        return arrivals
    }
}

/// Remembers the furthest that was reported.
final class Meter: ProgressSink {
    private let counts = Mutex<[String: Int64]>([:])
    private let isStored = Mutex<[String: Bool]>([:])

    func started(_ name: String, size: ByteCount?, _ movement: Movement) {}
    func advanced(_ name: String, received: ByteCount) { counts.withLock { $0[name] = received.bytes } }
    func finished(_ name: String, isFromStore: Bool) { isStored.withLock { $0[name] = isFromStore } }

    var total: Int64 { counts.withLock { $0.values.reduce(0, +) } }
    var finished: Int { isStored.withLock { $0.count } }
}

/// Pseudo-random bytes that are the same in every run.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    let words = (0..<(count + 7) / 8).map { _ in generator.next().littleEndian }
    return words.withUnsafeBytes { Array($0.prefix(count)) }
}

/// The problem that a body throws.
func problem(_ body: () async throws -> Void) async throws -> Problem? {
    do { try await body() } catch let problem as Problem { return problem }
    return nil
}

/// Counts down: true for the first so many calls.
final class Times: Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
    func take() -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}
