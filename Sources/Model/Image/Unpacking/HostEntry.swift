// SPDX-License-Identifier: Apache-2.0
import PlinthCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open directory; closed with its last reference.
final class OpenDirectory {
    let number: Int32

    init(taking number: Int32) { self.number = number }

    deinit { close(number) }
}

/// Calls on names in open directories. None follows a symbolic link. Errors are the system's numbers, 0 for none.
enum HostEntry {
    /// The name as C has it.
    static func with<Result>(_ name: some Sequence<UInt8>, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let bytes = name.map { CChar(bitPattern: $0) } + [0]
        return bytes.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    /// nil with `errno` when it cannot be opened, or is no directory.
    static func directory(_ name: some Sequence<UInt8>, in parent: OpenDirectory) -> OpenDirectory? {
        let number = with(name) { openat(parent.number, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
        return number < 0 ? nil : OpenDirectory(taking: number)
    }

    static func facts(_ name: some Sequence<UInt8>, in parent: OpenDirectory) -> stat? {
        var facts = stat()
        return with(name) { fstatat(parent.number, $0, &facts, AT_SYMLINK_NOFOLLOW) } == 0 ? facts : nil
    }

    /// The names in a directory, in no order; empty when they cannot be had.
    static func names(in directory: OpenDirectory) -> [[UInt8]] {
        // Opened once more, for a position of its own.
        let number = openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { return [] }
        guard let stream = fdopendir(number) else {
            close(number)
            return []
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
        }
        return names
    }

    /// The same moment twice, as the calls for times want it.
    static func times(_ seconds: Int64) -> [timespec] {
        [timespec](repeating: timespec(tv_sec: time_t(seconds), tv_nsec: 0), count: 2)
    }
}

// MARK: - Removing

extension HostEntry {
    /// Removes all that a directory of our own holds; what cannot be removed stays.
    ///
    /// Deep directories are drawn up to the top, so that two are open at once however deep it goes.
    static func empty(_ root: OpenDirectory) {
        var number = 0
        while true {
            let names = names(in: root)
            let gone = names.count { remove($0, in: root, &number) }
            if gone == 0 { return }
        }
    }

    /// Whether the name is gone.
    private static func remove(_ name: [UInt8], in root: OpenDirectory, _ number: inout Int) -> Bool {
        if with(name, { unlinkat(root.number, $0, 0) }) == 0 { return true }
        openUp(name, in: root)
        guard let directory = directory(name, in: root) else { return false }
        for inner in names(in: directory) where with(inner, { unlinkat(directory.number, $0, 0) }) != 0 {
            openUp(inner, in: directory)
            draw(inner, from: directory, to: root, &number)
        }
        return with(name) { unlinkat(root.number, $0, AT_REMOVEDIR) } == 0
    }

    /// Lets us into a directory whose mode would not.
    private static func openUp(_ name: [UInt8], in parent: OpenDirectory) {
        guard let facts = facts(name, in: parent), facts.st_mode & S_IFMT == S_IFDIR else { return }
        _ = with(name) { fchmodat(parent.number, $0, 0o700, 0) }
    }

    private static func draw(
        _ name: [UInt8], from directory: OpenDirectory, to root: OpenDirectory, _ number: inout Int
    ) {
        for _ in 0..<1000 {
            number += 1
            let moved = with(name) { old in
                with(Array(".drawn-\(number)".utf8)) { renameat(directory.number, old, root.number, $0) }
            }
            if moved == 0 { return }
        }
    }
}
