// SPDX-License-Identifier: Apache-2.0
import CXattr

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Extended attributes of this machine's files. No symbolic link is followed.
enum HostAttributes {
    /// Of an open file or directory.
    /// - Returns: the system's error number, 0 for none.
    static func set(_ name: String, _ value: [UInt8], on file: Int32) -> Int32 {
        name.withCString { name in value.withUnsafeBytes { setAttribute(file, name, $0) } } == 0 ? 0 : errno
    }
}

#if canImport(Darwin)
    private func setAttribute(_ file: Int32, _ name: UnsafePointer<CChar>, _ value: UnsafeRawBufferPointer) -> Int32 {
        fsetxattr(file, name, value.baseAddress, value.count, 0, 0)
    }
#else
    private func setAttribute(_ file: Int32, _ name: UnsafePointer<CChar>, _ value: UnsafeRawBufferPointer) -> Int32 {
        fsetxattr(file, name, value.baseAddress, value.count, 0)
    }
#endif
