// SPDX-License-Identifier: Apache-2.0

#if !canImport(Darwin)
    import CXattr

    /// Linux follows no link where the name of the call begins with `l`: listxattr(2).
    extension HostAttributes {
        static func list(
            _ path: UnsafePointer<CChar>, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
        ) -> Int {
            llistxattr(path, buffer, size)
        }

        static func get(
            _ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutablePointer<CChar>?,
            _ size: Int
        ) -> Int {
            lgetxattr(path, name, buffer, size)
        }

        static func set(_ file: Int32, _ name: UnsafePointer<CChar>, _ value: UnsafeRawBufferPointer) -> Int32 {
            fsetxattr(file, name, value.baseAddress, value.count, 0)
        }
    }
#endif
