// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthReports

/// Walks two trees side by side. Both are in the same order, so every entry is looked at once.
struct FileDifference {
    private let a: LayeredTree
    private let b: LayeredTree
    private(set) var files = DiffReport.Files()

    /// The trees must have been read with digests.
    init(_ a: LayeredTree, _ b: LayeredTree) {
        self.a = a
        self.b = b
        let (firstA, firstB) = (FirstPaths(a), FirstPaths(b))
        var (i, j) = (0, 0)
        while i < a.count || j < b.count {
            let order = i == a.count ? 1 : j == b.count ? -1 : Self.compare(a.pathBytes(at: i), b.pathBytes(at: j))
            if order < 0 {
                files.removed.append(Self.file(a, i))
                i += 1
            } else if order > 0 {
                files.added.append(Self.file(b, j))
                j += 1
            } else {
                compare(i, j, firstA, firstB)
                (i, j) = (i + 1, j + 1)
            }
        }
    }

    /// Depth first, bytewise by name, as `TreePath` is ordered.
    private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                for index in 0..<min(left.count, right.count) where left[index] != right[index] {
                    let slash = UInt8(ascii: "/")
                    let (x, y) = (left[index] == slash ? 0 : left[index], right[index] == slash ? 0 : right[index])
                    return x < y ? -1 : 1
                }
                return left.count - right.count
            }
        }
    }

    private mutating func compare(_ i: Int, _ j: Int, _ firstA: FirstPaths, _ firstB: FirstPaths) {
        let changes = EntryDifference(a.entry(at: i), b.entry(at: j), firstA.name(i), firstB.name(j)).changes
        if changes.isEmpty { return }
        files.changed.append(DiffReport.ChangedFile(path: "/\(a.path(at: i))", changes: changes))
    }

    private static func file(_ tree: LayeredTree, _ index: Int) -> DiffReport.File {
        DiffReport.File(
            path: "/\(tree.path(at: index))", kind: EntryDifference.name(tree.entry(at: index).kind),
            size: ByteCount(tree.size(at: index)))
    }
}

/// The first names of files that have several.
struct FirstPaths {
    private let tree: LayeredTree
    private var first: [LayeredTree.FileIdentity: Int] = [:]

    init(_ tree: LayeredTree) {
        self.tree = tree
        for index in tree.indices {
            let entry = tree.entry(at: index)
            if entry.links > 1, first[entry.file] == nil { first[entry.file] = index }
        }
    }

    /// nil for a file of one name.
    func name(_ index: Int) -> String? {
        let entry = tree.entry(at: index)
        guard entry.links > 1 else { return nil }
        return first[entry.file].map { "/\(tree.path(at: $0))" }
    }
}
