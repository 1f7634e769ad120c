// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthImage

/// apk's rules: of two packages that have a file the one that replaces the other wins, and packages of one source
/// may overwrite each other.
struct AlpineMergeRules: MergeRules {
    private struct Facts {
        var name: String
        var version: String
        var origin: String
        var replaces: [ApkDependency]
        var priority: Int64
    }

    private let packages: [Facts]

    /// - Parameter controls: in the order of the segments; relations that cannot be read replace nothing.
    init(_ controls: [ApkControl]) {
        packages = controls.map { control in
            Facts(
                name: control.record.name, version: control.record.version, origin: control.record.origin,
                replaces: control.replaces.compactMap { try? ApkDependency(parsing: $0) },
                priority: control.replacesPriority)
        }
    }

    func replaces(_ newcomer: Int, _ old: Int) -> Bool {
        let (one, other) = (packages[newcomer], packages[old])
        if !one.origin.isEmpty, one.origin == other.origin { return true }
        let (takes, gives) = (claims(one, other), claims(other, one))
        // When both claim a file the higher priority has it; of equal ones the later.
        return takes && (!gives || one.priority >= other.priority)
    }

    private func claims(_ one: Facts, _ other: Facts) -> Bool {
        one.replaces.contains { $0.matches(name: other.name, version: other.version) }
    }

    /// The lowest owner has it; of equal owners the bits that both allow.
    func directory(_ present: FileNode, and newcomer: FileNode) -> FileNode {
        var result = present
        if (newcomer.user, newcomer.group) < (present.user, present.group) {
            result = newcomer
        } else if (newcomer.user, newcomer.group) == (present.user, present.group) {
            result.mode &= newcomer.mode
        }
        return result
    }
}
