// SPDX-License-Identifier: Apache-2.0

/// The names of a tree that is being put together, found by parent and name in constant time.
///
/// A name keeps its slot when its entry goes. Memory: about 60 bytes a name.
struct MergeSlots {
    struct Slot {
        let parent: Int32
        let nameStart: UInt32
        let nameLength: UInt8
        /// It is in its parent's list of children.
        var isListed = false
        /// Bytes of the whole path.
        let pathLength: UInt16
        /// The layer that put the name there last; -1 when nothing is there.
        var layer: Int32 = -1
        /// Where its record is.
        var table: Int32 = 0
        var record: Int32 = 0
        var firstChild: Int32 = -1
        var nextSibling: Int32 = -1
        /// The last layer that hid what lower layers have below it.
        var cleared: Int32 = -1
    }

    static let root: Int32 = 0

    var slots: [Slot]
    private(set) var names: [UInt8] = []
    /// Slot numbers, or -1; a power of two, at most half full.
    private var buckets: [Int32]

    init(capacity: Int) {
        var size = 1024
        while size < capacity * 2 { size *= 2 }
        buckets = [Int32](repeating: -1, count: size)
        slots = [Slot(parent: -1, nameStart: 0, nameLength: 0, pathLength: 0)]
        slots.reserveCapacity(capacity)
    }

    subscript(slot: Int32) -> Slot {
        get { slots[Int(slot)] }
        _modify { yield &slots[Int(slot)] }
    }

    func isAlive(_ slot: Int32) -> Bool { slots[Int(slot)].layer >= 0 }

    func name(_ slot: Int32) -> ArraySlice<UInt8> {
        let slot = self[slot]
        return names[Int(slot.nameStart)..<Int(slot.nameStart) + Int(slot.nameLength)]
    }

    /// The slot of a name, alive or not; -1 when there is none.
    func find(_ parent: Int32, _ name: ArraySlice<UInt8>) -> Int32 {
        let mask = buckets.count - 1
        var bucket = Self.hash(parent, name) & mask
        while buckets[bucket] >= 0 {
            if slots[Int(buckets[bucket])].parent == parent, matches(buckets[bucket], name) { return buckets[bucket] }
            bucket = (bucket + 1) & mask
        }
        return -1
    }

    /// The slot of a name, made if there is none; nil when the path becomes too long.
    mutating func slot(_ parent: Int32, _ name: ArraySlice<UInt8>) -> Int32? {
        let found = find(parent, name)
        if found >= 0 { return found }
        let above = Int(self[parent].pathLength)
        let length = above == 0 ? name.count : above + 1 + name.count
        guard length <= LayerName.pathLimit else { return nil }
        slots.append(
            Slot(
                parent: parent, nameStart: UInt32(names.count), nameLength: UInt8(name.count),
                pathLength: UInt16(length)))
        names.append(contentsOf: name)
        let number = Int32(slots.count - 1)
        if slots.count * 2 > buckets.count { grow() } else { insert(number) }
        return number
    }

    /// Puts a slot into its parent's list of children.
    mutating func list(_ slot: Int32) {
        guard !self[slot].isListed, slot != Self.root else { return }
        let parent = self[slot].parent
        self[slot].isListed = true
        self[slot].nextSibling = self[parent].firstChild
        self[parent].firstChild = slot
    }

    /// The children in no order, some of them gone; the list is empty afterwards.
    mutating func takeChildren(_ slot: Int32) -> [Int32] {
        var children: [Int32] = []
        var next = self[slot].firstChild
        while next >= 0 {
            children.append(next)
            self[next].isListed = false
            next = self[next].nextSibling
        }
        self[slot].firstChild = -1
        return children
    }

    private func matches(_ slot: Int32, _ name: ArraySlice<UInt8>) -> Bool {
        let other = slots[Int(slot)]
        guard Int(other.nameLength) == name.count else { return false }
        return names.withUnsafeBufferPointer { own in
            name.withUnsafeBufferPointer { own[Int(other.nameStart)...].prefix(name.count).elementsEqual($0) }
        }
    }

    /// Seeded anew in every run: nobody can prepare names that collide.
    private static func hash(_ parent: Int32, _ name: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(parent)
        name.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize() & Int.max
    }

    private mutating func insert(_ slot: Int32) {
        let mask = buckets.count - 1
        var bucket = Self.hash(self[slot].parent, name(slot)) & mask
        while buckets[bucket] >= 0 { bucket = (bucket + 1) & mask }
        buckets[bucket] = slot
    }

    private mutating func grow() {
        buckets = [Int32](repeating: -1, count: buckets.count * 2)
        for slot in slots.indices.dropFirst() { insert(Int32(slot)) }
    }
}
