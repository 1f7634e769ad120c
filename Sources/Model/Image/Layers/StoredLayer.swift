// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
package import PlinthCore
package import PlinthOCI
import SystemPackage

/// A layer of a stored image: where its bytes are, and what they must turn out to be.
package struct StoredLayer: Sendable {
    enum Content: Sendable {
        /// A tar archive, compressed in any way or not at all.
        case blob(BlobStretch)
        /// A directory of this machine.
        case directory(FilePath)
        /// Why it cannot be read.
        case absent(Problem)
    }

    /// What the bytes are held against.
    enum Proof: Sendable {
        case blob(Descriptor)
        /// The diff ID alone: Docker's archives name no digest of compressed layers.
        case diffID
        case nothing
    }

    /// Counted from 0, the lowest.
    package let number: Int
    /// As the manifest has it, or a manifest that was made up would; nil when there is none.
    package let descriptor: Descriptor?
    /// As the config has it; nil when there is no config.
    package let diffID: Digest?
    let proof: Proof
    /// Bytes as stored; 0 for a directory.
    package let size: Int64
    let content: Content
    /// A root file system is no layer: it has no whiteouts.
    let isRootFileSystem: Bool
    /// The layer's name, for problems.
    package let place: String
    /// What the blob lies in, if it was made for reading.
    let scratch: ScratchFile?

    /// The uncompressed tar archive. What was promised of it is verified when its end is reached.
    /// - Throws: the layer's absence, `file.open`, `archive.memory`; reading throws `image.blobMismatch`, `archive.*`.
    package func unpacked(limits: LayerLimits = LayerLimits()) throws -> any ByteSource {
        try UnpackedLayer(self, limits: limits, hashes: false)
    }
}

/// The uncompressed bytes of a layer, counted and verified.
final class UnpackedLayer: ByteSource {
    private let source: any ByteSource
    private let layer: StoredLayer
    private var hash: DigestStream?
    private(set) var count: Int64 = 0
    /// Known at the end, if it was to be computed.
    private(set) var digest: Digest?
    private var ended = false

    /// - Parameter hashes: whether the digest of the uncompressed bytes is computed even when there is another proof.
    init(_ layer: StoredLayer, limits: LayerLimits, hashes: Bool) throws {
        self.layer = layer
        switch layer.content {
        case .absent(let problem): throw problem
        case .directory(let path):
            throw Problem("image.directory", "A directory has no archive to read", at: path.string, kind: .bug)
        case .blob(let stretch):
            let head = try FileSource(stretch.path, from: stretch.offset, length: min(16, stretch.length))
            let compression = Compression.detect(try head.readAll(limit: 16))
            let file = try FileSource(stretch.path, from: stretch.offset, length: stretch.length)
            let blob = Self.checked(file, layer)
            let limit = limits.unpacked(from: stretch.length)
            source =
                compression == .gzip
                ? try GzipMembers(blob, length: stretch.length, limit: limit)
                : try Decompressor(blob, compression, limit: limit)
        }
        let isOnlyProof = if case .diffID = layer.proof { true } else { false }
        hash = hashes || isOnlyProof ? DigestStream() : nil
    }

    private static func checked(_ file: FileSource, _ layer: StoredLayer) -> any ByteSource {
        guard case .blob(let descriptor) = layer.proof else { return file }
        return CheckedBlob(file, descriptor, place: layer.place)
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        do {
            let got = try source.read(into: &buffer)
            count += Int64(got)
            hash?.update(buffer.span.extracting(..<got))
            if got == 0, buffer.count > 0, !ended { try end() }
            return got
        } catch let problem as Problem {
            throw problem.at(layer.place)
        }
    }

    private func end() throws {
        ended = true
        digest = hash?.finish()
        guard let digest, let wanted = layer.diffID, digest != wanted else { return }
        throw Problem(
            "image.diffIDMismatch", "A layer does not unpack to what the image says", at: layer.place,
            why: "the diff ID is \(wanted), and it unpacks to \(digest)")
    }
}
