// SPDX-License-Identifier: Apache-2.0
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Store {
    /// Removes the store with all it holds: for stores made for one run.
    /// - Throws: the first error of the file system.
    package func erase() throws { try removeTree(home) }
}

private func removeTree(_ path: FilePath) throws {
    for name in try names(in: path) {
        let child = path.appending(name)
        if try child.stat(followTargetSymlink: false).type == .directory {
            try removeTree(child)
        } else {
            child.withPlatformString { _ = unlink($0) }
        }
    }
    path.withPlatformString { _ = rmdir($0) }
}
