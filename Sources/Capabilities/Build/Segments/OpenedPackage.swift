// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthDebian
import SystemPackage

/// A package file with its control data read, and its data archive ready to be streamed.
struct OpenedPackage {
    let control: DebControl
    private let layout: DebFile
    private let path: FilePath

    /// - Throws: `deb.*`, `archive.*`, `file.*`.
    init(_ path: FilePath, length: Int64) throws {
        let place = path.lastComponent?.string ?? path.string
        self.path = path
        layout = try DebFile(length: length, place: place) { offset, count in
            try FileSource(path, from: offset, length: Int64(count)).readPrefix(count)
        }
        let source = try FileSource(path, from: layout.control.offset, length: layout.control.size)
        control = try DebControl(source, layout.control.compression, place: place)
    }

    /// The data archive; a bomb is stopped at 64 GiB.
    func data() throws -> TarReader {
        let source = try FileSource(path, from: layout.data.offset, length: layout.data.size)
        return TarReader(try Decompressor(source, layout.data.compression, limit: 64 << 30), place: control.name)
    }
}
