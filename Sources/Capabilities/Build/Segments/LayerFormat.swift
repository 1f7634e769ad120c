// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage

/// Layer format 1, as `docs/layer-format.md` writes it down.
enum LayerFormat {
    static let version = 1
    /// A stretch is cut into gzip members (or zstd frames) of this many raw bytes, the last one shorter.
    static let memberSize = 4 << 20
    /// libdeflate's level: 6 compresses 78 MB/s a core, within 1 % of level 9's size.
    static let gzipLevel = 6
    static let zstdLevel = 3
    static var gzipEncoder: String { "\(GzipMember.encoderName) level \(gzipLevel)" }
    static var zstdEncoder: String { "\(ZstdEncoder.encoderName) level \(zstdLevel)" }

    /// The tar header of a node; hard links and everything but regular files have no content.
    static func header(_ path: TreePath, _ node: FileNode) -> [UInt8] { TarHeader.encode(TarEntry(path, node)) }

    /// The empty file that hides an entry of lower layers, and all below it (OCI image-spec v1.1, layer.md, Whiteouts).
    static func whiteout(of path: TreePath, time: Int64) -> [UInt8] {
        let name = Array(".wh.".utf8) + path.name
        let node = FileNode(.file(size: 0), mode: 0o644, modified: time, origin: .effect("whiteout"))
        return header((path.parent ?? .root).appending(name), node)
    }
}
