// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Numbers of users and groups that engines without root's rights cannot give.
struct OwnerNotes {
    /// What `/etc/subuid` usually grants: numbers from 0 to 65535.
    private static let highest: UInt32 = 65_535
    let tree: FileTree
    /// As in the image's configuration.
    let user: String?

    var notes: [String] {
        let numbers = (user ?? "").split(separator: ":").compactMap { UInt32($0) }.filter { $0 > Self.highest }
        var found = numbers.map { "the image runs as \($0)" }
        let owned = tree.nodes.filter { $0.value.user > Self.highest || $0.value.group > Self.highest }
        if let first = owned.keys.min(), let node = tree[first] {
            found.append("/\(first) belongs to \(max(node.user, node.group))")
        }
        return found.map { "\($0): engines without root's rights mostly have numbers up to \(Self.highest)" }
    }
}
