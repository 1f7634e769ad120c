// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import CXattr
    import Darwin

    /// macOS follows no link where `XATTR_NOFOLLOW` is said: listxattr(2).
    extension HostAttributes {
        static func list(
            _ path: UnsafePointer<CChar>, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
        ) -> Int {
            listxattr(path, buffer, size, XATTR_NOFOLLOW)
        }

        static func get(
            _ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutablePointer<CChar>?,
            _ size: Int
        ) -> Int {
            getxattr(path, name, buffer, size, 0, XATTR_NOFOLLOW)
        }

        static func set(_ file: Int32, _ name: UnsafePointer<CChar>, _ value: UnsafeRawBufferPointer) -> Int32 {
            fsetxattr(file, name, value.baseAddress, value.count, 0, 0)
        }
    }
#endif
