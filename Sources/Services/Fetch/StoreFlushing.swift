// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Spares the wait for the disk after every file, without trusting a file that a power cut may have torn.
///
/// A kill loses nothing that was written: the kernel has it. Only the end of the kernel does. So a process that
/// writes first leaves a note named after the boot of this kernel, and a store that finds a note of another boot
/// reads everything again before it is used. Flushing each file would cost 5 to 10 ms: a second in a build of 38
/// packages. Notes of processes that have ended are removed when the disk has caught up.
final class StoreFlushing: Sendable {
    private let note = Mutex<FileDescriptor?>(nil)

    deinit {
        // The lock on the note goes with the descriptor; the note itself stays for the next process to judge.
        note.withLock { note in if let file = note { try? file.close() } }
    }

    /// Leaves the note, unless it is there.
    /// - Returns: false where boots have no names: then every file must be flushed.
    func begin(in store: Store) throws -> Bool {
        guard let boot = Boot.current else { return false }
        return try note.withLock { note in
            if note != nil { return true }
            let directory = store.home.appending(StoreFlushing.directory)
            try store.makeDirectory(directory)
            removeSettled(in: directory, boot)
            let path = directory.appending("\(boot)_\(String(UInt64.random(in: 0 ... .max), radix: 36))")
            do {
                let file = try FileDescriptor.open(
                    path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite]
                )
                // Says that its writer lives.
                _ = flock(file.rawValue, LOCK_EX | LOCK_NB)
                note = file
            } catch { throw storeProblem(error, path, "store.write", "Cannot write to the store") }
            return true
        }
    }

    /// Removes notes of this boot whose writers were seen to have ended a quarter of an hour ago or earlier: the
    /// kernel keeps nothing from the disk for longer than half a minute (`vm.dirty_expire_centisecs`), or ten
    /// minutes on a battery.
    private func removeSettled(in directory: FilePath, _ boot: String) {
        let now = Int64(time(nil))
        for name in (try? names(in: directory)) ?? [] where name.hasPrefix(boot + "_") {
            let path = directory.appending(name)
            if name.hasSuffix(".ended") {
                if let seen = modificationTime(path), seen < now - 900 { try? removeFile(path) }
            } else if let begun = modificationTime(path), begun < now - 60, StoreFlushing.isFree(path) {
                // A note younger than a minute may not be locked yet. The time comes first: an old one would go at once.
                try? setTimes(path, now)
                try? renameFile(path, directory.appending(name + ".ended"))
            }
        }
    }

    private static func isFree(_ path: FilePath) -> Bool {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) else { return false }
        defer { try? file.close() }
        return flock(file.rawValue, LOCK_EX | LOCK_NB) == 0
    }

    static let directory = "unflushed"
}

extension Store {
    /// Reads everything again if this store was being written to when the power went, or was copied from elsewhere.
    ///
    /// Otherwise costs one look into a directory.
    func recover() throws {
        let directory = home.appending(StoreFlushing.directory)
        let notes = ((try? names(in: directory)) ?? []).filter { !$0.hasPrefix((Boot.current ?? "-") + "_") }
        guard !notes.isEmpty else { return }
        for fault in try verify() where (try? fault.path.stat()) != nil { throw damaged(fault.path, why: fault.why) }
        // A store that may not be written to is read again the next time.
        for name in notes { try? removeFile(directory.appending(name)) }
    }
}

/// The time between two starts of the kernel.
private enum Boot {
    /// Such as `1f5c0e0a-…`; nil where the kernel gives none.
    static let current: String? = {
        guard let source = try? FileSource("/proc/sys/kernel/random/boot_id"),
            let bytes = try? source.readAll(limit: 256)
        else { return nil }
        let name = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        return isPlainName(name) ? name : nil
    }()
}
