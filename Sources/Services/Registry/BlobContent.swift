// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
package import PlinthCore
package import PlinthOCI
package import SystemPackage

/// A blob to send: what it is, and how its bytes are read, as often as it takes.
package struct BlobContent: Sendable {
    package let descriptor: Descriptor
    /// Gives the bytes from an offset on.
    package let open: @Sendable (_ offset: Int64) throws -> any ByteSource

    package init(_ descriptor: Descriptor, open: @escaping @Sendable (_ offset: Int64) throws -> any ByteSource) {
        self.descriptor = descriptor
        self.open = open
    }

    /// A file that is the blob.
    package init(_ descriptor: Descriptor, file: FilePath) {
        self.init(descriptor) { try FileSource(file, from: $0) }
    }

    /// Bytes in memory.
    package init(_ mediaType: MediaType, _ bytes: [UInt8]) {
        self.init(Descriptor(mediaType, of: bytes)) { MemorySource(Array(bytes[Int($0)...])) }
    }
}

/// A stretch of a blob as the body of a request, read while it is sent.
struct BlobBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let content: BlobContent
    let range: Range<Int64>
    /// Told the position in the blob after each piece.
    let sent: @Sendable (Int64) -> Void

    struct Iterator: AsyncIteratorProtocol {
        private let body: BlobBody
        private var source: (any ByteSource)?
        private var position: Int64

        init(_ body: BlobBody) {
            self.body = body
            position = body.range.lowerBound
        }

        /// - Throws: `Problem` with code `registry.source` when the blob is shorter than its descriptor says.
        mutating func next() async throws -> ByteBuffer? {
            if position > body.range.lowerBound { body.sent(position) }
            let wanted = Int(Swift.min(body.range.upperBound - position, 262_144))
            if wanted == 0 { return nil }
            let source = try source ?? body.content.open(position)
            self.source = source
            var buffer = ByteBuffer()
            let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { memory in
                var span = MutableSpan(_unsafeElements: memory.prefix(wanted).bindMemory(to: UInt8.self))
                return try source.readFully(into: &span)
            }
            guard count == wanted else {
                let digest = body.content.descriptor.digest
                throw Problem(
                    "registry.source", "A blob that shall be sent is too short", at: "\(digest)",
                    why: "it ends after \(position + Int64(count)) of \(body.content.descriptor.size) bytes")
            }
            position += Int64(count)
            return buffer
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(self) }

    var request: HTTPClientRequest.Body { .stream(self, length: .known(Int64(range.count))) }
}
