// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthInventory
import PlinthOCI
import PlinthReports

/// Says in sentences why two digests differ, down to what no container would notice.
struct Explanation {
    private(set) var sentences: [String] = []

    init(
        _ a: ViewedImage, _ b: ViewedImage, _ left: StoredImage.Platform, _ right: StoredImage.Platform,
        _ report: DiffReport
    ) throws {
        if let digest = a.digest, digest == b.digest { return }
        if let digest = left.descriptor?.digest, digest == right.descriptor?.digest {
            sentences = ["the same image for \(left.platform); what the index says besides differs"]
            return
        }
        sentences += Self.files(report.files ?? DiffReport.Files())
        let isContentSame = sentences.isEmpty
        sentences += Self.layers(left, right, isContentSame)
        if let changes = report.config, !changes.isEmpty {
            sentences.append("the config differs in \(changes.map(\.what).joined(separator: ", "))")
        }
        sentences += Self.documents(left, right)
        if sentences.isEmpty, left.descriptor != nil, right.descriptor != nil {
            sentences = ["the same content; the documents are only written differently"]
        }
    }

    private static func files(_ files: DiffReport.Files) -> [String] {
        let times = files.changed.count { $0.isOnlyTime }
        let others = files.changed.count - times
        let parts = [(files.added.count, "added"), (files.removed.count, "removed"), (others, "changed")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if parts.isEmpty { return times == 0 ? [] : ["the files differ only in their times: \(times) of them"] }
        let more = times == 0 ? "" : ", and \(times) only in their times"
        return ["the files differ: \(parts.joined(separator: ", "))\(more)"]
    }

    /// Only of interest where the files are the same: else the layers have to differ.
    private static func layers(
        _ a: StoredImage.Platform, _ b: StoredImage.Platform, _ isContentSame: Bool
    ) -> [String] {
        let (left, right) = (Stored(a), Stored(b))
        if left.isSame(as: right) { return [] }
        let counts = "\(left.diffIDs.count) and \(right.diffIDs.count)"
        if left.diffIDs.count != right.diffIDs.count {
            return [(isContentSame ? "same files; they are" : "they are") + " split into \(counts) layers"]
        }
        guard isContentSame else { return [] }
        if !left.diffIDs.contains(nil), left.diffIDs == right.diffIDs {
            return ["same files; layers are compressed differently" + compression(a, b)]
        }
        if left.digests.contains(nil) != right.digests.contains(nil) {
            return ["same files; one of them is a bare root file system"]
        }
        if left.digests.contains(nil) { return [] }
        return [
            left.diffIDs.count == 1
                ? "same files; the layer's archive has them in another order or writes them differently"
                : "same files; they lie in other layers, or their archives are written differently"
        ]
    }

    private static func compression(_ a: StoredImage.Platform, _ b: StoredImage.Platform) -> String {
        let (left, right) = (manner(a), manner(b))
        return left == right ? "" : ": A \(left), B \(right)"
    }

    /// How the layers are compressed, in words that follow the name of the image.
    private static func manner(_ platform: StoredImage.Platform) -> String {
        let manners = Set(
            platform.layers.compactMap { $0.descriptor?.mediaType.rawValue }.map { type in
                type.hasSuffix("zstd") ? "with zstd" : type.hasSuffix("gzip") ? "with gzip" : "not at all"
            })
        return manners.count == 1 ? manners.first ?? "" : "each layer in its own way"
    }

    private static func documents(_ a: StoredImage.Platform, _ b: StoredImage.Platform) -> [String] {
        var sentences: [String] = []
        if (a.config.history ?? []) != (b.config.history ?? []) { sentences.append("the history differs") }
        guard let left = a.manifest, let right = b.manifest else { return sentences }
        if left.mediaType != right.mediaType || left.config.mediaType != right.config.mediaType {
            sentences.append("the manifests are of different types, OCI's and Docker's")
        }
        if left.annotations ?? [:] != right.annotations ?? [:] {
            let keys = Set((left.annotations ?? [:]).keys).union((right.annotations ?? [:]).keys).sorted()
                .filter { left.annotations?[$0] != right.annotations?[$0] }
            sentences.append("the manifest's annotations differ: \(keys.joined(separator: ", "))")
        }
        return sentences
    }
}
