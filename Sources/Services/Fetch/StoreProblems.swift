// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

/// Tells a person what stops the store: a full disk and a read-only place have codes of their own.
func storeProblem(_ error: any Error, _ path: FilePath, _ code: String, _ what: String) -> Problem {
    let elsewhere = "Set PLINTH_HOME to a directory on another disk"
    switch error as? Errno {
    case .noSpace?, .diskQuotaExceeded?:
        return Problem(
            "store.full", "There is no room for the store", at: path.string, why: "\(error)",
            hints: ["Free some space on that disk", elsewhere], cause: error)
    case .readOnlyFileSystem?, .permissionDenied?, .notPermitted?:
        return Problem(
            "store.readOnly", "The store may not be written to", at: path.string, why: "\(error)",
            hints: ["Set PLINTH_HOME to a directory that Plinth may write to"], cause: error)
    case .notDirectory?:
        return Problem(
            "store.open", "Something else lies where the store wants a directory", at: path.string, why: "\(error)",
            hints: ["Move it away, or set PLINTH_HOME to another directory"], cause: error)
    default:
        return Problem(code, what, at: path.string, why: "\(error)", cause: error)
    }
}

extension Store {
    /// Makes a directory of the store.
    func makeDirectory(_ path: FilePath) throws {
        do { try makeDirectories(path) } catch {
            throw storeProblem(error, path, "store.write", "Cannot make a directory of the store")
        }
    }

    /// A file of the store that is not what it should be.
    package func damaged(_ path: FilePath, why: String) -> Problem {
        Problem(
            "store.damaged", "A file of the store is damaged", at: path.string, why: why,
            hints: ["Run the command again: what is damaged is fetched or made anew"])
    }

    func missing(_ path: FilePath, _ error: any Error) -> Problem {
        if error as? Errno == .noSuchFileOrDirectory {
            return Problem(
                "store.missing", "A file of the store is gone", at: path.string,
                hints: ["Run the command again: it is fetched or made anew"])
        }
        return storeProblem(error, path, "store.read", "Cannot read a file of the store")
    }

    /// Moves a damaged file out of the way with a note of the reason, and says so.
    func quarantined(_ shelf: Shelf, _ path: FilePath, why: String) -> Problem {
        var problem = damaged(path, why: why)
        let directory = home.appending("quarantine")
        let target = directory.appending("\(shelf.rawValue)-\(path.lastComponent?.string ?? "file")")
        do {
            try makeDirectories(directory)
            try renameFile(path, target)
            let note = try FileDescriptor.open(
                FilePath(target.string + ".reason"), .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite])
            try note.closeAfter { _ = try note.writeAll("\(path.string): \(why)\n".utf8) }
            problem.hints.append("It was moved to \(target.string)")
        } catch {
            // A store that may not be written to keeps its damaged file: the problem still names it.
            problem.hints.append("Remove that file: it could not be moved away (\(error))")
        }
        return problem
    }
}
