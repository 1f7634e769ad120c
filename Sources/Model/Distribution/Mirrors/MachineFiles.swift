// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the files of this machine are read; tests bring their own.
package struct MachineFiles: Sendable {
    /// The content of a file; nil when there is none.
    package var read: @Sendable (FilePath) throws -> [UInt8]?
    /// The names in a folder, sorted; none when there is no folder.
    package var list: @Sendable (FilePath) throws -> [String]

    package init(
        read: @escaping @Sendable (FilePath) throws -> [UInt8]?,
        list: @escaping @Sendable (FilePath) throws -> [String]
    ) {
        self.read = read
        self.list = list
    }

    /// Files given literally, keyed by absolute path.
    package init(literal files: [String: String]) {
        self.init(
            read: { files[$0.string].map { Array($0.utf8) } },
            list: { folder in
                files.keys.map { FilePath($0) }.filter { $0.removingLastComponent() == folder }
                    .compactMap { $0.lastComponent?.string }.sorted()
            })
    }
}

extension MachineFiles {
    /// Larger than any configuration or keyring.
    private static let limit = 16 << 20

    /// The disk. Files above 16 MiB are refused with code `file.large`.
    package static let real = MachineFiles(read: readFile, list: listFolder)

    @Sendable private static func readFile(_ path: FilePath) throws -> [UInt8]? {
        guard exists(path) else { return nil }
        let source = try FileSource(path)
        var result: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            var span = block.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { return result }
            result.append(contentsOf: block[..<count])
            guard result.count <= limit else {
                throw Problem("file.large", "A file is too large to be what it should be", at: path.string)
            }
        }
    }

    private static func exists(_ path: FilePath) -> Bool {
        var facts = stat()
        return stat(path.string, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    @Sendable private static func listFolder(_ path: FilePath) throws -> [String] {
        guard let folder = opendir(path.string) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
