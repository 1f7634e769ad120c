// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage

/// A package file of any family: who it is, its control data, and its entries when they are asked for.
struct OpenedPackage {
    var name: String
    var version: String
    var architecture: String
    /// The files of its control data by name.
    var control: [String: [UInt8]]
    /// A bomb is stopped at 64 GiB.
    var entries: () throws -> any PackageEntrySource
    /// Sums of some files that the database will want, by the text of the path as packed.
    var sums: (PackageContents) throws -> [String: String] = { _ in [:] }

    static let limit: Int64 = 64 << 30
}

/// The entries of a package, one after the other, each with its content.
protocol PackageEntrySource: AnyObject {
    /// The next entry; nil at the end.
    func next() throws -> TarEntry?
    /// Content of the entry that was just given; 0 at its end.
    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int
}

extension TarReader: PackageEntrySource {}

/// The contents of a package while it is normalised.
struct PackageContents {
    let entries: PackageEntries
    let spool: Spool
    let policy: NormalisationPolicy

    /// Gives a file's content in pieces, by its path as packed; false when there is none.
    @discardableResult
    func read(_ path: TreePath, _ take: (borrowing Span<UInt8>) throws -> Void) throws -> Bool {
        guard let item = entries.found[policy.place(path)], case .file(size: let size) = item.node.kind else {
            return false
        }
        try spool.read(item.offset, size, take)
        return true
    }
}
