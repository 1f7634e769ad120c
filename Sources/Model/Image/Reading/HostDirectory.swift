// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What walking a directory takes beyond the calls for images.
extension HostFile {
    /// The names in a directory as bytes, sorted.
    static func nameBytes(in directory: FilePath) throws -> [[UInt8]] {
        guard let stream = directory.withPlatformString({ opendir($0) }) else { throw reading(directory, errno) }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// A path with one more component, whatever its bytes.
    static func appending(_ name: [UInt8], to directory: FilePath) -> FilePath {
        let whole = directory.withPlatformString { start in
            Array(UnsafeBufferPointer(start: start, count: strlen(start))) + [CChar(UInt8(ascii: "/"))]
        }
        return (whole + name.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
            FilePath(platformString: $0.baseAddress!)
        }
    }

    /// nil for a socket, which no archive holds.
    static func kind(_ facts: stat) -> LayerRecord.Kind? {
        switch facts.st_mode & S_IFMT {
        case S_IFDIR: .directory
        case S_IFREG: .file
        case S_IFLNK: .symlink
        case S_IFCHR: .characterDevice
        case S_IFBLK: .blockDevice
        case S_IFIFO: .fifo
        default: nil
        }
    }

    /// Major and minor number as a record has them; 0 for everything that is no device.
    static func device(_ facts: stat, _ kind: LayerRecord.Kind) -> Int64 {
        guard kind == .characterDevice || kind == .blockDevice else { return 0 }
        return Int64(deviceMajor(facts.st_rdev)) << 32 | Int64(deviceMinor(facts.st_rdev))
    }

    static func target(of link: FilePath) throws -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = link.withPlatformString { readlink($0, &buffer, buffer.count) }
        guard count >= 0 else { throw reading(link, errno) }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    static func reading(_ path: FilePath, _ number: Int32) -> Problem {
        Problem("file.read", "Cannot read a file", at: path.string, why: "\(Errno(rawValue: number))")
    }
}
