// SPDX-License-Identifier: Apache-2.0

/// Names to decide, the highest order first. Names are never taken out early: who pops checks whether one still counts.
struct NameHeap {
    private var entries: [(order: UInt32, name: NameID)] = []

    mutating func push(_ name: NameID, order: UInt32) {
        entries.append((order, name))
        var place = entries.count - 1
        while place > 0, entries[(place - 1) / 2].order < entries[place].order {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func pop() -> NameID? {
        guard let top = entries.first else { return nil }
        let last = entries.removeLast()
        if entries.isEmpty { return top.name }
        entries[0] = last
        var place = 0
        while true {
            var child = place * 2 + 1
            guard child < entries.count else { return top.name }
            if child + 1 < entries.count, entries[child + 1].order > entries[child].order { child += 1 }
            guard entries[child].order > entries[place].order else { return top.name }
            entries.swapAt(child, place)
            place = child
        }
    }
}
