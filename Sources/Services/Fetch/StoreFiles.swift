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

// The few calls on files that SystemPackage lacks.

private func check(_ result: CInt) throws(Errno) {
    if result != 0 { throw Errno(rawValue: errno) }
}

func removeFile(_ path: FilePath) throws(Errno) { try check(path.withPlatformString { unlink($0) }) }

func removeDirectory(_ path: FilePath) throws(Errno) { try check(path.withPlatformString { rmdir($0) }) }

func renameFile(_ source: FilePath, _ target: FilePath) throws(Errno) {
    let result = source.withPlatformString { from in target.withPlatformString { rename(from, $0) } }
    try check(result)
}

/// Waits until the bytes are on the disk, so that a name never outlives its contents in a power cut.
func flush(_ file: FileDescriptor) throws(Errno) {
    #if canImport(Darwin)
        try check(fsync(file.rawValue))
    #else
        try check(fdatasync(file.rawValue))
    #endif
}

/// Sets access and modification time to seconds since 1970.
func setTimes(_ path: FilePath, _ seconds: Int64) throws(Errno) {
    let time = timespec(tv_sec: time_t(seconds), tv_nsec: 0)
    let times = [time, time]
    try check(path.withPlatformString { utimensat(AT_FDCWD, $0, times, 0) })
}

func modificationTime(_ path: FilePath) -> Int64? {
    guard let found = try? path.stat() else { return nil }
    #if canImport(Darwin)
        return Int64(found.rawValue.st_mtimespec.tv_sec)
    #else
        return Int64(found.rawValue.st_mtim.tv_sec)
    #endif
}

/// Makes a directory and those above it; one that is there already is fine.
func makeDirectories(_ path: FilePath) throws(Errno) {
    let result = path.withPlatformString { mkdir($0, 0o700) }
    if result == 0 { return }
    let error = Errno(rawValue: errno)
    switch error {
    case .fileExists:
        guard (try? path.stat())?.type == .directory else { throw .notDirectory }
    case .noSuchFileOrDirectory:
        let parent = path.removingLastComponent()
        guard !parent.isEmpty, parent != path else { throw error }
        try makeDirectories(parent)
        try makeDirectories(path)
    default: throw error
    }
}

/// The names in a directory, sorted by their bytes; none when it is not there.
func names(in directory: FilePath) throws(Errno) -> [String] {
    guard let stream = directory.withPlatformString({ opendir($0) }) else {
        let error = Errno(rawValue: errno)
        if error == .noSuchFileOrDirectory { return [] }
        throw error
    }
    defer { closedir(stream) }
    var result: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { result.append(name) }
    }
    return result.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
