// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Where packed files land when another package's diversion moves them (dpkg-divert(1)).
///
/// Names are compared as packages have them: a diversion of `/bin/x` does not hold for a packed `/usr/bin/x`.
struct DiversionTable {
    private let diversions: [TreePath: Diversion]

    init(_ diversions: [Diversion] = []) {
        self.diversions = Dictionary(diversions.map { ($0.path, $0) }) { first, _ in first }
    }

    /// The entry's own path unless a diversion holds for it. Directories are not diverted.
    func place(of entry: SegmentTable.Entry, in package: String) -> TreePath {
        guard !diversions.isEmpty, !entry.node.isDirectory, let diversion = diversions[entry.packedPath],
            diversion.package != package
        else { return entry.path }
        return entry.wasMoved ? TreePath(unchecked: Array("usr/".utf8) + diversion.target.bytes) : diversion.target
    }
}

extension SegmentTable.Entry {
    /// The path that the package itself knows: without the `usr/` that merging put in front.
    var packedPath: TreePath { wasMoved ? TreePath(unchecked: Array(path.bytes.dropFirst(4))) : path }
}
