// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthImage
import PlinthOCI
package import PlinthReports
package import PlinthTransfer

/// `plinth copy`, `push` and `pull`: an image from anywhere to anywhere.
package struct ImageCopy: Sendable {
    private let transfer: ImageTransfer

    package init(_ transfer: ImageTransfer) { self.transfer = transfer }

    /// Copies an image. Digests stay as they are wherever the destination's format allows.
    /// - Parameter wish: nil takes all that the destination can hold.
    /// - Throws: `image.*`, `layer.*`, `registry.*`, `store.*`, `oci.*`, `file.*`.
    package func run(from source: ImageSource, to target: ImageTarget, _ wish: PlatformWish?) async throws -> CopyReport
    {
        let wish = wish ?? (target.holdsOnePlatform ? .one(nil) : .all)
        try target.preflight(wish)
        let image = try await transfer.open(source, wish)
        let platforms = try wish.platforms(of: image, host: transfer.host)
        var report = CopyReport(
            source: "\(source)", destination: "\(target)", digest: nil, platforms: platforms.map { "\($0.platform)" },
            changed: true)
        switch target {
        case .registry(let reference):
            let result = try await transfer.push(image, wish, to: reference)
            report.digest = result.root.digest
            report.blobs = .init(
                sent: result.sent, mounted: result.mounted, present: result.present,
                bytesSent: ByteCount(result.bytesSent))
        case .local(let place):
            let outgoing = try image.outgoing(
                wish == .all ? nil : platforms.first, unpackedIn: target.holdsOnePlatform ? transfer.scratch : nil)
            report.digest = try outgoing.root.digest
            report.changed = try place.write(outgoing)
        case .files(let place):
            let written = try place.write(try await LayeredTree.read(platforms.first?.layers ?? []))
            report.files = .init(entries: written.entries, size: written.size, notes: written.notes)
        }
        return report
    }
}

extension ImageTarget {
    /// `docker load` knows no indexes, and files are those of one platform.
    fileprivate var holdsOnePlatform: Bool {
        switch self {
        case .local(.dockerArchive), .files: true
        default: false
        }
    }

    /// Says early what cannot be.
    fileprivate func preflight(_ wish: PlatformWish) throws {
        switch self {
        case .local(let place): try place.preflight()
        case .files(let place):
            try place.preflight()
            guard wish != .all else {
                throw Problem(
                    "image.onePlatform", "Files can only be those of one platform", at: "\(place)",
                    hints: ["choose one with --platform"], kind: .usage)
            }
        case .registry: break
        }
    }
}
