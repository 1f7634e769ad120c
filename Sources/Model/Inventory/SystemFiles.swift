// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthImage
package import PlinthOCI

/// The files whose contents tell what kind of system an image is; chosen while its layers are read.
package struct SystemFiles: Sendable {
    /// Files that lie at exactly these places.
    private static let exact: Set<ArraySlice<UInt8>> = paths(
        [
            "etc/os-release", "usr/lib/os-release", "etc/alpine-release", "etc/debian_version", "etc/redhat-release",
            "etc/passwd", "etc/group", "etc/localtime", "etc/timezone", "var/lib/dpkg/status",
        ] + ApkDatabase.places + CertificateBundle.places)
    private static let names: Set<ArraySlice<UInt8>> = Set(
        exact.map { $0[(($0.lastIndex(of: slash) ?? -1) + 1)...] })
    /// Programs that show which C library they were linked with.
    private static let programs: Set<ArraySlice<UInt8>> = paths(["busybox", "[", "getconf"])
    private static let statusDirectory = Array("var/lib/dpkg/status.d/".utf8)
    private static let slash = UInt8(ascii: "/")
    /// Bytes of a program or library that is looked into.
    private static let limit: Int64 = 16 << 20

    /// What the image may run, such as `usr/bin/python3`.
    private let entries: [[UInt8]]

    /// - Parameter config: says what the image runs.
    package init(_ config: ImageConfig?) { entries = EntryProgram.candidates(config).map(\.bytes) }

    package var reading: LayerReading.Selector { { path, size in wants(path, size) } }

    private func wants(_ path: ArraySlice<UInt8>, _ size: Int64) -> Bool {
        guard !path.isEmpty else { return false }
        let start = (path.lastIndex(of: Self.slash) ?? path.startIndex - 1) + 1
        let name = path[start...]
        if Self.names.contains(name), Self.exact.contains(path) { return true }
        if path.starts(with: Self.statusDirectory) { return !name.suffix(8).elementsEqual(".md5sums".utf8) }
        guard size <= Self.limit else { return false }
        let directory = path[..<max(path.startIndex, start - 1)]
        if CLibraryFile.isName(name) { return true }
        if Self.programs.contains(name), directory.hasSuffix("bin") { return true }
        return entries.contains { isEntry(path, $0) }
    }

    /// `python3` is often a link to `python3.13`.
    private func isEntry(_ path: ArraySlice<UInt8>, _ entry: [UInt8]) -> Bool {
        path.starts(with: entry)
            && path.dropFirst(entry.count).allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }

    private static func paths(_ texts: [String]) -> Set<ArraySlice<UInt8>> { Set(texts.map { ArraySlice($0.utf8) }) }
}

extension ArraySlice<UInt8> {
    func hasSuffix(_ text: StaticString) -> Bool {
        suffix(text.utf8CodeUnitCount).elementsEqual(
            UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func hasPrefix(_ text: String) -> Bool { starts(with: text.utf8) }
}
