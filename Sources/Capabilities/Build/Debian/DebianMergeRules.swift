// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage
import PlinthPackages

/// dpkg's rules: `Replaces` decides about files, diversions move them, the first owner's directory stays.
struct DebianMergeRules: MergeRules {
    private let tables: [(package: String, version: String)]
    private let relations: [[RequirementGroup]]
    let diversions: DiversionTable

    /// - Throws: `Problem` with code `deb.control` for relations that cannot be read.
    init(_ segments: [Segment], diversions: DiversionTable = DiversionTable()) throws {
        tables = segments.map { ($0.table.package, $0.table.version) }
        relations = try segments.map { try $0.debControl().relations(.replaces) }
        self.diversions = diversions
    }

    func place(of entry: SegmentTable.Entry, in package: String) -> TreePath {
        diversions.place(of: entry, in: package)
    }

    func replaces(_ newcomer: Int, _ old: Int) -> Bool {
        let (package, version) = tables[old]
        return relations[newcomer].contains { group in
            group.alternatives.contains { $0.name == package && $0.holds(for: version) }
        }
    }
}

extension Requirement {
    /// Whether a version satisfies the relation.
    func holds(for other: String) -> Bool {
        let order = DebianVersion.compare(other, version)
        return switch comparison {
        case .any: true
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .equal: order == 0
        case .greaterOrEqual: order >= 0
        case .greater: order > 0
        }
    }
}
