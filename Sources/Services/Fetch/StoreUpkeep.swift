// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

/// How much lies on each shelf.
package struct StoreStatus: Sendable, Equatable {
    package struct Count: Sendable, Equatable {
        package var files = 0
        package var bytes = ByteCount(0)
    }

    /// By the name of the directory, `tmp` and `quarantine` among them.
    package var shelves: [String: Count] = [:]

    package var total: Count {
        shelves.values.reduce(into: Count()) {
            $0.files += $1.files
            $0.bytes = $0.bytes + $1.bytes
        }
    }

    mutating func add(_ shelf: String, _ size: Int64) {
        shelves[shelf, default: Count()].files += 1
        shelves[shelf, default: Count()].bytes.bytes += size
    }
}

/// A file of the store that is not what it should be.
package struct StoreFault: Sendable, Equatable {
    package let path: FilePath
    package let why: String
}

extension Store {
    /// Counts files and bytes. Time grows with the number of files.
    /// - Throws: `Problem` with code `store.read`.
    package func status() throws -> StoreStatus {
        var status = StoreStatus()
        for shelf in try shelfNames() {
            for file in try files(of: shelf) { status.add(shelf, file.size) }
        }
        return status
    }

    /// Removes what was not used for so many days, and what killed processes left; says what went.
    ///
    /// The files of one key go together: the youngest decides. A build that runs meanwhile makes or fetches
    /// anew what it misses.
    /// - Parameters:
    ///   - keepDays: zero removes everything.
    ///   - now: seconds since 1970.
    /// - Throws: `Problem` with code `store.read` or `store.readOnly`.
    package func prune(keepDays: Int, now: Int64) throws -> StoreStatus {
        var gone = StoreStatus()
        let oldest = now - Int64(clamping: keepDays) * 86_400
        for shelf in try shelfNames() {
            let files = try files(of: shelf)
            // Work in progress is younger than a day.
            let limit = shelf == "tmp" ? min(now - 86_400, oldest) : oldest
            let lastUse = Dictionary(files.map { ($0.key, $0.time) }, uniquingKeysWith: max)
            for file in files where keepDays == 0 && shelf != "tmp" || lastUse[file.key, default: 0] < limit {
                do { try removeFile(file.path) } catch Errno.noSuchFileOrDirectory { continue } catch {
                    throw storeProblem(error, file.path, "store.write", "Cannot remove a file of the store")
                }
                gone.add(shelf, file.size)
            }
            // Those that still hold something stay. Deepest first: a path sorts before those below it.
            for directory in try directories(of: home.appending(shelf)).reversed() { try? removeDirectory(directory) }
        }
        return gone
    }

    /// Reads everything again and compares it with its sum; what is damaged is moved to `quarantine`.
    /// - Parameter progress: called with the bytes of each file that was read.
    /// - Throws: `Problem` with code `store.read`.
    package func verify(progress: (ByteCount) -> Void = { _ in }) throws -> [StoreFault] {
        var faults: [StoreFault] = []
        for name in try shelfNames() where !["tmp", "quarantine"].contains(name) {
            let shelf = Shelf(rawValue: name)
            for file in try files(of: name) {
                try Task.checkCancellation()
                let key = file.path.lastComponent?.string ?? ""
                guard let why = try fault(shelf, key, file.path) else {
                    progress(ByteCount(file.size))
                    continue
                }
                _ = quarantined(shelf, file.path, why: why)
                faults.append(StoreFault(path: file.path, why: why))
            }
        }
        return faults
    }

    private struct Found {
        let path: FilePath
        let size: Int64
        let time: Int64
        /// The name up to its first dot: what the files of one key have in common.
        var key: String { String((path.lastComponent?.string ?? "").prefix { $0 != "." }) }
    }

    private func shelfNames() throws -> [String] {
        let others = ["locks", StoreFlushing.directory]
        return try list(home).filter {
            !others.contains($0) && isPlainName($0) && (try? home.appending($0).stat())?.type == .directory
        }
    }

    /// Those below a directory, each after the one it lies in.
    private func directories(of top: FilePath) throws -> [FilePath] {
        let found = try list(top).map { top.appending($0) }.filter {
            (try? $0.stat(followTargetSymlink: false))?.type == .directory
        }
        return try found.flatMap { [$0] + (try directories(of: $0)) }
    }

    private func files(of shelf: String) throws -> [Found] {
        let top = home.appending(shelf)
        return try ([top] + directories(of: top)).flatMap { directory in
            try list(directory).compactMap { name in
                let path = directory.appending(name)
                guard let found = try? path.stat(followTargetSymlink: false), found.type == .regular else { return nil }
                return Found(path: path, size: Int64(found.size), time: modificationTime(path) ?? 0)
            }
        }
    }

    private func list(_ directory: FilePath) throws -> [String] {
        do { return try names(in: directory) } catch {
            throw storeProblem(error, directory, "store.read", "Cannot list a directory of the store")
        }
    }
}
