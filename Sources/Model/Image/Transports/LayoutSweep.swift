// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Removes what only a replaced image needed, so that a layout built again and again does not grow.
struct LayoutSweep {
    private let directory: FilePath
    private let shelf: FilePath

    init(_ directory: FilePath) {
        self.directory = directory
        shelf = directory.appending("blobs").appending("sha256")
    }

    /// Removes what killed runs left.
    func removePartialFiles() {
        for place in [directory, shelf] {
            for name in (try? HostFile.names(in: place)) ?? [] where PartialFile.isPartial(name) {
                HostFile.remove(place.appending(name))
            }
        }
    }

    /// Blobs reached from `old` and from none of `others` go. A document that cannot be read keeps everything.
    func remove(_ old: Descriptor, keeping others: [Descriptor]) {
        var kept = Set<Digest>()
        var gone = Set<Digest>()
        guard others.allSatisfy({ collect($0, into: &kept, depth: 0) }), collect(old, into: &gone, depth: 0) else {
            return
        }
        for digest in gone.subtracting(kept) { HostFile.remove(shelf.appending(digest.hex)) }
    }

    /// False when something could not be read.
    private func collect(_ descriptor: Descriptor, into found: inout Set<Digest>, depth: Int) -> Bool {
        guard depth < 4 else { return false }
        guard found.insert(descriptor.digest).inserted else { return true }
        guard descriptor.mediaType.isIndex || descriptor.mediaType.isManifest else { return true }
        guard let bytes = try? HostFile.contents(shelf.appending(descriptor.digest.hex), limit: OCIJSON.limit) else {
            return false
        }
        if descriptor.mediaType.isIndex {
            guard let index = try? OCIJSON.decode(ImageIndex.self, from: bytes, at: "") else { return false }
            return index.manifests.allSatisfy { collect($0, into: &found, depth: depth + 1) }
        }
        guard let manifest = try? OCIJSON.decode(ImageManifest.self, from: bytes, at: "") else { return false }
        found.formUnion(([manifest.config] + manifest.layers).map(\.digest))
        return true
    }
}

/// Keeps two runs from changing one directory at the same time.
struct DirectoryLock {
    private let file: FileDescriptor

    init(_ directory: FilePath) throws {
        file = try HostFile.open(directory)
        // Where locks are not supported, renames still keep every file whole.
        while flock(file.rawValue, LOCK_EX) != 0, errno == EINTR {}
    }

    func release() { try? file.close() }
}
