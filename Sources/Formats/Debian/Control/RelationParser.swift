// SPDX-License-Identifier: Apache-2.0
package import PlinthPackages

/// Reads relation fields of binary packages, such as `a | b (>= 1), c:any`.
package enum RelationParser {
    /// The groups of a field; commas mean “and”, bars mean “or”.
    /// - Parameter kind: which rules hold: no alternatives where packages are excluded, exact versions in provides.
    package static func parse(
        _ text: String, kind: RelationKind = .depends
    ) throws(RelationFault) -> [RequirementGroup] {
        let bytes = Array(text.utf8)
        return try parse(0..<bytes.count, in: bytes.span, kind: kind)
    }

    package static func parse(
        _ range: Range<Int>, in bytes: borrowing Span<UInt8>, kind: RelationKind
    ) throws(RelationFault) -> [RequirementGroup] {
        var cursor = RelationCursor(range)
        var groups: [RequirementGroup] = []
        var alternatives: [Requirement] = []
        while let atom = try cursor.next(in: bytes) {
            try check(atom, kind)
            alternatives.append(requirement(atom, bytes))
            if atom.endsGroup {
                groups.append(RequirementGroup(alternatives: alternatives))
                alternatives.removeAll(keepingCapacity: true)
            }
        }
        return groups
    }

    static func check(_ atom: RelationCursor.Atom, _ kind: RelationKind) throws(RelationFault) {
        switch kind {
        case .preDepends, .depends, .recommends, .suggests: return
        case .conflicts, .breaks, .replaces: break
        case .provides:
            guard atom.comparison == .any || atom.comparison == .equal else {
                throw RelationFault(offset: atom.version.lowerBound, .inexactProvide)
            }
        }
        if !atom.endsGroup { throw RelationFault(offset: atom.name.lowerBound, .alternativesNotAllowed) }
    }

    private static func requirement(_ atom: RelationCursor.Atom, _ bytes: borrowing Span<UInt8>) -> Requirement {
        Requirement(
            name: text(atom.name, in: bytes),
            architecture: atom.architecture.isEmpty ? nil : text(atom.architecture, in: bytes),
            comparison: atom.comparison, version: text(atom.version, in: bytes))
    }
}
