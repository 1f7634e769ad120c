// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage

/// What a tar archive holds, to be compared: kind, mode, owner, and target or digest by path. Times are left out.
enum TarListing {
    static func of(_ file: FilePath) throws -> [String: String] {
        let compression = try Compression.detect(prefix(of: file))
        let tar = TarReader(try Decompressor(FileSource(file), compression, limit: 1 << 30), place: file.string)
        var result: [String: String] = [:]
        while let entry = try tar.next() {
            guard let path = try? TreePath(archiveName: entry.name), !path.isRoot else { continue }
            result["\(path)"] = try line(of: entry, tar, result)
        }
        return result
    }

    private static func line(of entry: TarEntry, _ tar: TarReader, _ seen: [String: String]) throws -> String {
        let owner = "\(String(entry.mode, radix: 8)) \(entry.user):\(entry.group)"
        switch entry.kind {
        case .directory: return "directory \(owner)"
        case .symlink: return "link to \(String(decoding: entry.linkTarget, as: UTF8.self))"
        case .hardLink: return try seen["\(TreePath(archiveName: entry.linkTarget))"] ?? "hard link to nothing"
        case .file: return "file \(owner) \(try digest(of: tar))"
        default: return "\(entry.kind) \(owner) \(entry.deviceMajor),\(entry.deviceMinor)"
        }
    }

    private static func digest(of tar: TarReader) throws -> Digest {
        var digest = DigestStream()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var span = buffer.mutableSpan
            let count = try tar.read(into: &span)
            if count == 0 { return digest.finish() }
            digest.update(buffer.span.extracting(..<count))
        }
    }

    private static func prefix(of file: FilePath) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        var span = bytes.mutableSpan
        let count = try FileSource(file).readFully(into: &span)
        return Array(bytes[..<count])
    }
}
