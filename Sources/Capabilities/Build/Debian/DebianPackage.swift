// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthDebian
import SystemPackage

extension OpenedPackage {
    /// A `.deb` file.
    /// - Throws: `deb.*`, `archive.*`, `file.*`.
    init(deb path: FilePath, length: Int64) throws {
        let place = path.lastComponent?.string ?? path.string
        let layout = try DebFile(length: length, place: place) { offset, count in
            try FileSource(path, from: offset, length: Int64(count)).readPrefix(count)
        }
        let source = try FileSource(path, from: layout.control.offset, length: layout.control.size)
        let control = try DebControl(source, layout.control.compression, place: place)
        self.init(
            name: control.name, version: control.version, architecture: control.architecture, control: control.files,
            entries: {
                let source = try FileSource(path, from: layout.data.offset, length: layout.data.size)
                return TarReader(
                    try Decompressor(source, layout.data.compression, limit: Self.limit), place: control.name)
            }, sums: { try Self.conffileSums(control, $0) })
    }

    /// MD5 of the configuration files, which `md5sums` leaves out.
    private static func conffileSums(_ control: DebControl, _ contents: PackageContents) throws -> [String: String] {
        var sums: [String: String] = [:]
        for conffile in control.conffiles where !conffile.isRemovedOnUpgrade {
            var sum = MD5Stream()
            if try contents.read(conffile.path, { sum.update($0) }) {
                sums[conffile.path.description] = sum.finish()
            }
        }
        return sums
    }
}

extension Segment {
    /// The package's control data.
    /// - Throws: `Problem` with code `deb.control`.
    func debControl() throws -> DebControl {
        try parsed.value { try DebControl(files: table.control, place: table.package) }
    }
}
