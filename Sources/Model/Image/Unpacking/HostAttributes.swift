// SPDX-License-Identifier: Apache-2.0
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Extended attributes of this machine's files. No symbolic link is followed.
enum HostAttributes {
    /// What this machine keeps for itself: labels of its security, marks of file systems laid over one another.
    private static let foreign = [
        "security.selinux", "security.ima", "security.evm", "security.SMACK64", "system.nfs4_acl", "trusted.overlay.",
        "user.overlay.", "btrfs.", "com.apple.",
    ]

    /// Those that belong to the file; none where the file system knows none, or when the file has gone.
    static func read(_ path: FilePath) -> [String: [UInt8]] {
        path.withPlatformString { path in
            var attributes: [String: [UInt8]] = [:]
            guard let names = bytes({ list(path, $0, $1) }) else { return [:] }
            for bytes in names.split(separator: 0) {
                guard let name = String(validating: bytes, as: UTF8.self), isPortable(name) else { continue }
                attributes[name] = name.withCString { name in
                    Self.bytes { get(path, name, $0, $1) }
                }
            }
            return attributes
        }
    }

    /// A name with `=` has no place in a tar archive.
    private static func isPortable(_ name: String) -> Bool {
        !name.utf8.contains(UInt8(ascii: "=")) && !foreign.contains { name.hasPrefix($0) }
    }

    /// Asks for the size first; once more when it has grown meanwhile. The kernel gives 64 KiB at most.
    private static func bytes(_ call: (UnsafeMutablePointer<CChar>?, Int) -> Int) -> [UInt8]? {
        for _ in 0..<4 {
            let size = call(nil, 0)
            guard size > 0 else { return size == 0 ? [] : nil }
            let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
                filled = max(0, buffer.withMemoryRebound(to: CChar.self) { call($0.baseAddress, size) })
            }
            if !bytes.isEmpty { return bytes }
        }
        return nil
    }

    /// Of an open file or directory.
    /// - Returns: the system's error number, 0 for none.
    static func set(_ name: String, _ value: [UInt8], on file: Int32) -> Int32 {
        name.withCString { name in value.withUnsafeBytes { set(file, name, $0) } } == 0 ? 0 : errno
    }
}
