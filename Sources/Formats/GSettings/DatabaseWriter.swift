// SPDX-License-Identifier: Apache-2.0

/// Writes a GVDB file: a hash table of names, some of which are values, lists of others, or tables of their own.
///
/// A table is a header, where each bucket begins, and 24 bytes for each name; names and values lie behind it. Numbers
/// have their lowest byte first.
struct DatabaseWriter {
    struct Table {
        var items: [Item] = []
    }

    struct Item {
        enum Value {
            /// Places in the table, in the order of their names.
            case list([Int])
            /// An encoded variant.
            case value([UInt8])
            case table(Table)
        }

        var name: [UInt8]
        /// The place of the list that it stands in.
        var parent: Int?
        var value: Value
    }

    private var bytes: [UInt8] = []

    static func file(_ root: Table) -> [UInt8] {
        var writer = DatabaseWriter()
        writer.bytes = Array("GVariant".utf8) + [UInt8](repeating: 0, count: 16)
        let (start, end) = writer.add(root)
        writer.put(UInt32(start), at: 16)
        writer.put(UInt32(end), at: 20)
        return writer.bytes
    }

    private mutating func put(_ number: UInt32, at place: Int) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index)) }
    }

    private mutating func reserve(_ count: Int) -> Int {
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: count)
        return start
    }

    /// Gives where the table begins and ends.
    private mutating func add(_ table: Table) -> (Int, Int) {
        let order = HashOrder(table.items.map(\.name)).places
        let count = UInt32(order.count)
        var buckets: [[Int]] = Array(repeating: [], count: order.count)
        // What comes later stands before the others of its bucket.
        for place in order.reversed() {
            buckets[Int(HashOrder.hash(of: table.items[place].name) % count)].append(place)
        }
        var indexes = [UInt32](repeating: 0, count: order.count)
        for (index, place) in buckets.joined().enumerated() { indexes[place] = UInt32(index) }

        bytes.pad(to: 4)
        let start = reserve(8 + 4 * order.count + 24 * order.count)
        let end = bytes.count
        put(5 << 27, at: start)
        put(count, at: start + 4)
        var entry = start + 8 + 4 * order.count
        for (bucket, places) in buckets.enumerated() {
            put(UInt32((entry - start - 8 - 4 * order.count) / 24), at: start + 8 + 4 * bucket)
            for place in places {
                add(table.items[place], at: entry, indexes)
                entry += 24
            }
        }
        return (start, end)
    }

    private mutating func add(_ item: Item, at entry: Int, _ indexes: [UInt32]) {
        put(HashOrder.hash(of: item.name), at: entry)
        put(item.parent.map { indexes[$0] } ?? .max, at: entry + 4)
        put(UInt32(bytes.count), at: entry + 8)
        bytes[entry + 12] = UInt8(truncatingIfNeeded: item.name.count)
        bytes[entry + 13] = UInt8(truncatingIfNeeded: item.name.count >> 8)
        bytes += item.name
        let range: (Int, Int)
        switch item.value {
        case .list(let places):
            guard !places.isEmpty else { return }
            bytes[entry + 14] = UInt8(ascii: "L")
            bytes.pad(to: 4)
            let start = reserve(4 * places.count)
            for (index, place) in places.enumerated() { put(indexes[place], at: start + 4 * index) }
            range = (start, bytes.count)
        case .value(let value):
            bytes[entry + 14] = UInt8(ascii: "v")
            bytes.pad(to: 8)
            range = (bytes.count, bytes.count + value.count)
            bytes += value
        case .table(let table):
            bytes[entry + 14] = UInt8(ascii: "H")
            range = add(table)
        }
        put(UInt32(range.0), at: entry + 16)
        put(UInt32(range.1), at: entry + 20)
    }
}
