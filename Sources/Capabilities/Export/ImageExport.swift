// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthImage
package import PlinthReports
package import PlinthTransfer
package import SystemPackage

/// `plinth export`: the files of an image as one tar archive.
package struct ImageExport: Sendable {
    /// Where the archive goes.
    package enum Output: Sendable {
        case file(FilePath)
        case standardOutput
    }

    private let transfer: ImageTransfer

    package init(_ transfer: ImageTransfer) { self.transfer = transfer }

    /// Writes what a container of the image would see: parents before children, no whiteouts, owners and attributes kept.
    ///
    /// Time: every layer is read twice. Memory: the entries, not their contents.
    /// - Throws: `archive.cannotCompress`, `image.*`, `tar.*`, `archive.*`, `registry.*`, `file.*`.
    package func run(_ source: ImageSource, _ wish: PlatformWish, to output: Output) async throws -> ExportReport {
        if case .file(let path) = output { try FilesDestination.tar(path).preflight() }
        let image = try await transfer.open(source, wish)
        let platforms = try wish.platforms(of: image, host: transfer.host)
        let tree = try await LayeredTree.read(platforms.first?.layers ?? [])
        let export = RootfsExport(tree)
        let summary =
            switch output {
            case .file(let path): try export.write(to: path)
            case .standardOutput: try export.write(to: FileDescriptor.standardOutput)
            }
        return ExportReport(
            source: "\(source)", platform: platforms.first.map { "\($0.platform)" } ?? "", entries: summary.entries,
            size: ByteCount(summary.bytes))
    }
}
