// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// How the packages of one lock differ from another's.
struct LockDifference: Hashable, Sendable {
    /// Such as `+ libfoo 1.2`, `- libbar 1.0`, `~ libc6 2.36-9 → 2.36-10`; by architecture, then by name.
    /// The architecture stands in front (`arm64: + libfoo 1.2`) where there are several.
    let lines: [String]

    var isEmpty: Bool { lines.isEmpty }

    /// - Parameter old: nil when there was no lock: everything is new.
    init(from old: Lock?, to new: Lock) {
        let before = Self.packages(of: old)
        let after = Self.packages(of: new)
        let architectures = Set(before.keys).union(after.keys).sorted()
        lines = architectures.flatMap { architecture in
            let changes = Self.changes(from: before[architecture] ?? [:], to: after[architecture] ?? [:])
            return architectures.count > 1 ? changes.map { "\(architecture): \($0)" } : changes
        }
    }

    private typealias Packages = [String: Lock.Package]

    private static func packages(of lock: Lock?) -> [String: Packages] {
        var result: [String: Packages] = [:]
        for platform in lock?.platforms ?? [] {
            for package in platform.packages { result[platform.architecture, default: [:]][package.name] = package }
        }
        return result
    }

    private static func changes(from before: Packages, to after: Packages) -> [String] {
        Set(before.keys).union(after.keys).sorted().compactMap { name in
            switch (before[name], after[name]) {
            case (nil, let added?): "+ \(name) \(added.version)"
            case (let gone?, nil): "- \(name) \(gone.version)"
            case (let old?, let new?) where old.version != new.version: "~ \(name) \(old.version) → \(new.version)"
            case (let old?, let new?) where old.digest != new.digest: "~ \(name) \(new.version) (other bytes)"
            default: nil
            }
        }
    }
}
