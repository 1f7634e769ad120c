// SPDX-License-Identifier: Apache-2.0

/// Items put together by group, in the order of groups, each group in the order of items.
package struct Grouping {
    /// Where each group begins in `items`; one more at the end.
    package private(set) var starts: [UInt32]
    package private(set) var items: [UInt32]

    package init(_ groupOfItem: [UInt32], groups: Int) {
        starts = [UInt32](repeating: 0, count: groups + 1)
        for group in groupOfItem { starts[Int(group) + 1] += 1 }
        for group in 0..<groups { starts[group + 1] += starts[group] }
        items = [UInt32](repeating: 0, count: groupOfItem.count)
        var next = starts
        for (item, group) in groupOfItem.enumerated() {
            items[Int(next[Int(group)])] = UInt32(item)
            next[Int(group)] += 1
        }
    }

    /// Where each item went.
    package var inverse: [UInt32] {
        var result = [UInt32](repeating: 0, count: items.count)
        for (position, item) in items.enumerated() { result[Int(item)] = UInt32(position) }
        return result
    }
}
