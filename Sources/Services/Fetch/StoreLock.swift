// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock on a name, between threads and processes; gone when its holder is gone, however it went.
struct StoreLock: ~Copyable {
    private let path: FilePath
    private let file: FileDescriptor

    /// Nil when somebody else holds it and `waits` is false.
    init?(_ store: Store, _ name: String, waits: Bool) throws {
        precondition(isPlainName(name), "a lock is a plain name")
        path = store.home.appending("locks").appending(name)
        while true {
            try store.makeDirectory(path.removingLastComponent())
            let file: FileDescriptor
            do {
                file = try FileDescriptor.open(
                    path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
            } catch { throw storeProblem(error, path, "store.lock", "Cannot lock a part of the store") }
            switch StoreLock.take(file, waits: waits) {
            case .busy:
                try? file.close()
                return nil
            case .failed(let error):
                try? file.close()
                throw storeProblem(error, path, "store.lock", "Cannot lock a part of the store")
            case .taken:
                // The holder before us removes the file: then this lock is on nothing, and we begin again.
                if StoreLock.isSame(file, path) {
                    self.file = file
                    return
                }
                try? file.close()
            }
        }
    }

    deinit {
        // Removed while it is held, so that nobody can hold a lock on the same file and miss it.
        try? removeFile(path)
        try? file.close()
    }

    private enum Outcome {
        case taken, busy
        case failed(Errno)
    }

    private static func take(_ file: FileDescriptor, waits: Bool) -> Outcome {
        while flock(file.rawValue, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
            let error = Errno(rawValue: errno)
            switch error {
            case .interrupted: continue
            case .wouldBlock: return .busy
            // Some network disks have no locks: then work may be done twice, and never wrongly.
            case .noLocks, .notSupported: return .taken
            default: return .failed(error)
            }
        }
        return .taken
    }

    private static func isSame(_ file: FileDescriptor, _ path: FilePath) -> Bool {
        guard let open = try? file.stat(), let named = try? path.stat() else { return false }
        return open.rawValue.st_ino == named.rawValue.st_ino && open.rawValue.st_dev == named.rawValue.st_dev
    }
}

extension Store {
    /// Runs `body` while no other thread or process runs one under the same name; waits for its turn.
    ///
    /// The thread is blocked while it waits: `body` must not wait for another task.
    /// - Throws: `Problem` with code `store.lock`, `store.readOnly` or `store.full`.
    package func withLock<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        let lock = try StoreLock(self, name, waits: true)
        return try withExtendedLifetime(lock) { try body() }
    }

    /// As `withLock`, for a body that suspends: while it waits its thread does other work.
    ///
    /// Use a name for one of the two kinds only.
    package func withLockSuspending<Result>(_ name: String, _ body: () async throws -> Result) async throws -> Result {
        var pause = Duration.milliseconds(5)
        while true {
            if let lock = try StoreLock(self, name, waits: false) {
                let result = try await body()
                _ = consume lock
                return result
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(200))
        }
    }
}
