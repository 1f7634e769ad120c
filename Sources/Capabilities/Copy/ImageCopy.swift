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
    /// - Parameter wish: nil takes all that the destination can hold, or one platform if not all of them are here.
    /// - Throws: `image.*`, `layer.*`, `registry.*`, `store.*`, `oci.*`, `file.*`.
    package func run(from source: ImageSource, to target: ImageTarget, _ wish: PlatformWish?) async throws -> CopyReport
    {
        var chosen = wish ?? (target.holdsOnePlatform ? .one(nil) : .all)
        try target.preflight(chosen)
        let image = try await transfer.open(source, chosen)
        let note = try narrow(&chosen, for: image, isAsked: wish != nil)
        let platforms = try chosen.platforms(of: image, host: transfer.host)
        var report = CopyReport(
            source: "\(source)", destination: "\(target)", digest: nil, platforms: platforms.map { "\($0.platform)" },
            changed: true)
        report.notes = [note].compactMap { $0 }
        try await write(image, chosen, platforms, to: target, &report)
        return report
    }

    /// Takes one platform where all are not to be had, and says so.
    /// - Throws: `image.missingPlatforms` when all were asked for.
    private func narrow(_ wish: inout PlatformWish, for image: StoredImage, isAsked: Bool) throws -> String? {
        guard wish == .all else { return nil }
        let gaps = try ImageGaps(image)
        if gaps.missing.isEmpty { return nil }
        let one = PlatformWish.one(nil)
        if isAsked { throw gaps.problem(chosen: try? one.platforms(of: image, host: transfer.host).first?.platform) }
        wish = one
        return try one.platforms(of: image, host: transfer.host).first.map { gaps.note(chosen: $0.platform) }
    }

    private func write(
        _ image: StoredImage, _ wish: PlatformWish, _ platforms: [StoredImage.Platform], to target: ImageTarget,
        _ report: inout CopyReport
    ) async throws {
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
            report.files = .init(entries: written.entries, size: written.size)
            report.notes += written.notes
        }
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
