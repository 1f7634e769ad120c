// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

/// A part of the store. `blobs` is keyed by the SHA-256 of what it holds; the others by what decided their contents.
package struct Shelf: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        precondition(isPlainName(rawValue), "a shelf is a plain name")
        self.rawValue = rawValue
    }

    package static let blobs = Shelf(rawValue: "blobs")
    package static let indexes = Shelf(rawValue: "indexes")
    package static let segments = Shelf(rawValue: "segments")
    package static let layers = Shelf(rawValue: "layers")
    /// Documents that change at their address, such as a suite's release file, with the server's validators.
    package static let documents = Shelf(rawValue: "documents")
}

/// What has been downloaded or computed before: content-addressed, shared by processes, safe against kills.
///
/// Files are written under `tmp` and renamed, so a name always stands for a whole file; for power cuts see
/// `StoreFlushing`. Blobs are checked
/// against their names; files of the other shelves end with a checksum (see `StoreTrailer`). Readers who map a file
/// take its length from `contentLength`.
package struct Store: Sendable {
    package let home: FilePath
    let flushing = StoreFlushing()

    /// Makes nothing yet: a store that cannot be written to still reads.
    /// - Throws: `Problem` with code `store.open` when the place is taken by something else, `store.damaged` when a
    ///   torn file cannot be moved away.
    package init(home: FilePath) throws {
        self.home = home
        if let found = try? home.stat(), found.type != .directory {
            throw Problem(
                "store.open", "The store is not a directory", at: home.string,
                hints: ["Set PLINTH_HOME to a directory that Plinth may write to"])
        }
        try recover()
    }

    /// `PLINTH_HOME`, else `plinth` in `XDG_CACHE_HOME`, else `~/.cache/plinth`.
    /// - Throws: `Problem` with code `store.home` when the environment names none.
    package static func home(in environment: Environment) throws -> FilePath {
        if let home = environment["PLINTH_HOME"] { return FilePath(home) }
        // The base directory specification tells us to ignore relative paths.
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            return FilePath(cache).appending("plinth")
        }
        if let home = environment["HOME"], home.hasPrefix("/") { return FilePath(home).appending(".cache/plinth") }
        throw Problem(
            "store.home", "There is no place for the store", why: "HOME is not set",
            hints: ["Set PLINTH_HOME to a directory that Plinth may write to"])
    }

    /// Where a file lies, whether it is there or not: `<shelf>/<first two letters of the key>/<key><suffix>`.
    package func path(_ shelf: Shelf, _ key: String, _ suffix: String = "") -> FilePath {
        precondition(key.utf8.count >= 2 && isPlainName(key + suffix), "a key is a plain name")
        return home.appending(shelf.rawValue).appending(String(key.prefix(2))).appending(key + suffix)
    }

    package func contains(_ shelf: Shelf, _ key: String, _ suffix: String = "") -> Bool {
        let path = path(shelf, key, suffix)
        guard let found = try? path.stat(), found.type == .regular else { return false }
        noteUse(of: path)
        return true
    }

    /// Reads a whole file and checks its sum; nil when it is not there.
    /// - Throws: `Problem` with code `store.damaged`, `store.tooLarge` past the limit, or `store.read`.
    package func read(_ shelf: Shelf, _ key: String, _ suffix: String = "", limit: Int) throws -> [UInt8]? {
        let path = path(shelf, key, suffix)
        let file: FileDescriptor
        do { file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) } catch Errno
            .noSuchFileOrDirectory
        {
            return nil
        } catch { throw storeProblem(error, path, "store.read", "Cannot read a file of the store") }
        defer { try? file.close() }
        noteUse(of: path)
        let bytes = try readAll(file, path, limit: shelf == .blobs ? limit : limit + StoreTrailer.length)
        if shelf == .blobs {
            guard Digest.of(bytes).hex == key else {
                throw quarantined(shelf, path, why: "its bytes do not match its name")
            }
            return bytes
        }
        guard let content = StoreTrailer.strip(bytes) else {
            throw quarantined(shelf, path, why: "its bytes do not match its checksum")
        }
        return content
    }

    /// Writes a whole file; a file that is there already is replaced in one step.
    /// - Throws: `Problem` with code `store.readOnly`, `store.full` or `store.write`.
    package func write(_ shelf: Shelf, _ key: String, _ suffix: String = "", _ bytes: [UInt8]) throws {
        let writer = try writer()
        try writer.write(bytes.span)
        try writer.commit(shelf, key, suffix)
    }

    /// A file in the making, for any shelf.
    /// - Throws: `Problem` with code `store.readOnly`, `store.full` or `store.write`.
    package func writer() throws -> StoreWriter { try StoreWriter(self, at: try scratchPath()) }

    /// A path under `tmp` that nobody else uses. `prune` removes what a killed process left there.
    /// - Throws: `Problem` with code `store.readOnly`, `store.full` or `store.write`.
    package func scratchPath() throws -> FilePath {
        let directory = home.appending("tmp")
        try makeDirectory(directory)
        var generator = SystemRandomNumberGenerator()
        return directory.appending("\(String(generator.next(), radix: 36))-\(String(generator.next(), radix: 36))")
    }

    private func readAll(_ file: FileDescriptor, _ path: FilePath, limit: Int) throws -> [UInt8] {
        do {
            let size = try file.stat().size
            guard size <= limit else {
                throw Problem(
                    "store.tooLarge", "A file of the store is larger than it can be", at: path.string,
                    why: "it has \(ByteCount(size)), at most \(ByteCount(limit)) were expected")
            }
            let count = Int(size)
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let got = try file.read(into: rest)
                    if got == 0 { break }
                    filled += got
                }
            }
        } catch let error as Errno {
            throw storeProblem(error, path, "store.read", "Cannot read a file of the store")
        }
    }
}

/// Letters, digits, `.`, `_`, `-` and `+`, not beginning with a dot: cannot leave its directory.
func isPlainName(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= 200, !name.hasPrefix(".") else { return false }
    return name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2b, 0x2d, 0x2e, 0x5f: true
        default: false
        }
    }
}
