// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthDebian
import PlinthReports

/// The files of an image that say which distribution it is and which packages it has, layer upon layer.
struct DatabaseFiles {
    /// The most that is read of one such file.
    private static let limit = 64 << 20
    private static let status = TreePath("var/lib/dpkg/status")
    private static let statusDirectory = TreePath("var/lib/dpkg/status.d")
    private static let release = [TreePath("usr/lib/os-release"), TreePath("etc/os-release")]

    private var files: [TreePath: [UInt8]] = [:]
    /// Written by the layer that is being read: its own whiteouts do not hide them.
    private var fresh: Set<TreePath> = []

    mutating func begin() { fresh = [] }

    mutating func take(_ entry: TarEntry, from reader: TarReader) throws {
        guard let path = try? TreePath(archiveName: entry.name), !path.isRoot else { return }
        let name = Array(path.name)
        if name.starts(with: ".wh.".utf8) { return hide(name, in: path.parent ?? .root) }
        if entry.kind != .directory { files = files.filter { !$0.key.isInside(path) || fresh.contains($0.key) } }
        guard isWanted(path), entry.kind == .file else { return }
        files[path] = try content(of: entry, from: reader)
        fresh.insert(path)
    }

    private func isWanted(_ path: TreePath) -> Bool {
        path == Self.status || Self.release.contains(path)
            || (path.parent == Self.statusDirectory && !path.name.suffix(8).elementsEqual(".md5sums".utf8))
    }

    /// OCI image specification, layers, “Whiteouts”.
    private mutating func hide(_ name: [UInt8], in directory: TreePath) {
        let isOpaque = name.elementsEqual(".wh..wh..opq".utf8)
        let target = isOpaque ? directory : directory.appending(name.dropFirst(4))
        files = files.filter { !$0.key.isInside(target) || fresh.contains($0.key) }
    }

    private func content(of entry: TarEntry, from reader: TarReader) throws -> [UInt8] {
        guard entry.size <= Int64(Self.limit) else {
            throw Problem(
                "inspect.tooLarge", "A database file of the image is too large",
                at: String(decoding: entry.name, as: UTF8.self), why: "it has \(ByteCount(entry.size))")
        }
        var bytes = [UInt8](repeating: 0, count: Int(entry.size))
        var filled = 0
        while filled < bytes.count {
            var span = bytes.mutableSpan
            var rest = span._mutatingExtracting(filled...)
            let count = try reader.read(into: &rest)
            if count == 0 { break }
            filled += count
        }
        return bytes
    }

    /// `PRETTY_NAME` of os-release.
    var distribution: String? {
        for path in Self.release {
            let text = String(decoding: files[path] ?? [], as: UTF8.self)
            for line in text.split(separator: "\n") where line.hasPrefix("PRETTY_NAME=") {
                return line.dropFirst(12).trimmingQuotes
            }
        }
        return nil
    }

    func packages() throws -> [InspectReport.Package] {
        var found = try files[Self.status].map { try InstalledPackage.parse(status: $0, place: "\(Self.status)") } ?? []
        for (path, bytes) in files where path.parent == Self.statusDirectory {
            found += try InstalledPackage.parse(statusFile: bytes, place: "\(path)")
        }
        return found.map { .init(name: $0.name, version: $0.version, architecture: $0.architecture) }
            .sorted { ($0.name, $0.architecture) < ($1.name, $1.architecture) }
    }
}

extension Substring {
    fileprivate var trimmingQuotes: String {
        guard count > 1, let first, first == "\"" || first == "'", last == first else { return String(self) }
        return String(dropFirst().dropLast())
    }
}
