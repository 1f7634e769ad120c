// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthReports

/// What each layer brought, and what of it nobody can see any more.
struct LayerReports {
    private static let shown = 20

    private let tree: LayeredTree
    private let history: [ImageConfig.HistoryEntry]

    init(_ tree: LayeredTree, history: [ImageConfig.HistoryEntry]) {
        self.tree = tree
        self.history = history.filter { $0.emptyLayer != true }
    }

    var reports: [InspectReport.Layer] {
        let hidden = Dictionary(grouping: tree.superseded, by: \.layer)
        return tree.layers.indices.map { number in
            let (layer, table) = (tree.layers[number], tree.tables[number])
            var report = InspectReport.Layer(
                digest: layer.descriptor?.digest, diffID: layer.diffID, size: ByteCount(layer.size),
                unpacked: ByteCount(table.unpackedSize), files: table.files,
                // A history that does not fit says nothing.
                createdBy: history.count == tree.layers.count ? history[number].createdBy : nil)
            report.wasted = Self.waste(hidden[number] ?? [])
            return report
        }
    }

    private static func waste(_ hidden: [Superseded]) -> [InspectReport.Waste] {
        Superseded.Cause.allCases.compactMap { cause in
            let files = hidden.filter { $0.cause == cause }
            if files.isEmpty { return nil }
            let largest = files.sorted { ($1.size, $0.path) < ($0.size, $1.path) }.prefix(shown)
            return InspectReport.Waste(
                cause: cause.rawValue, files: files.count, size: ByteCount(files.reduce(0) { $0 + $1.size }),
                largest: largest.map { .init(path: "/\($0.path)", size: ByteCount($0.size), byLayer: $0.by + 1) })
        }
    }
}

extension LayerTable {
    /// Entries that are regular files.
    fileprivate var files: Int {
        (0..<count).count { number in
            if case .put(.file) = self[number].action { true } else { false }
        }
    }
}
