// SPDX-License-Identifier: Apache-2.0

/// A file of other defaults: groups `[schema]` or `[schema:desktop]`, and lines `key=value`.
struct SchemaOverrides {
    private struct Group {
        var name: String
        /// Of several values for a key the last counts, in the place of the first.
        private(set) var values: [(key: String, value: [UInt8])] = []
        private var places: [String: Int] = [:]

        init(name: String) { self.name = name }

        mutating func set(_ key: String, _ value: [UInt8]) {
            if let place = places[key] {
                values[place].value = value
            } else {
                places[key] = values.count
                values.append((key, value))
            }
        }
    }

    private var groups: [Group] = []
    private var places: [String: Int] = [:]

    /// - Throws: `SchemaFault` for a file with a line that is neither.
    init(_ bytes: [UInt8]) throws(SchemaFault) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw SchemaFault("not a text in UTF-8") }
        var current: Int?
        for (number, whole) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let line = Array(whole.last == 0x0d ? whole.dropLast() : whole)
            guard let first = line.first, first != UInt8(ascii: "#"), !line.allSatisfy(MarkupReader.isBlank) else {
                continue
            }
            if first == UInt8(ascii: "["), let end = line.lastIndex(of: UInt8(ascii: "]")), end > 1,
                line[(end + 1)...].allSatisfy(MarkupReader.isBlank)
            {
                let name = String(decoding: line[1..<end], as: UTF8.self)
                current = places[name] ?? groups.count
                if places.updateValue(current ?? 0, forKey: name) == nil { groups.append(Group(name: name)) }
            } else if let equals = line.firstIndex(of: UInt8(ascii: "=")), let current {
                let key = String(decoding: Array(line[..<equals]).trimmed, as: UTF8.self)
                guard !key.isEmpty else { throw SchemaFault("a value without a key", line: number + 1) }
                let value = Array(line[(equals + 1)...].drop(while: MarkupReader.isBlank))
                groups[current].set(key, value)
            } else {
                throw SchemaFault("neither a group nor a key with a value", line: number + 1)
            }
        }
    }

    /// Changes the defaults; schemas that are not there are passed over.
    /// - Returns: what could not be done.
    func apply(to set: inout SchemaSet) -> [String] {
        var faults: [String] = []
        for group in groups {
            let parts = group.name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            let desktop = parts.count == 2 ? parts[1] : nil
            set.change(parts.first ?? "") { schema in
                for (name, text) in group.values {
                    do throws(SchemaFault) {
                        try Self.change(&schema, name, text, desktop: desktop)
                    } catch {
                        faults.append("\(group.name) \(name): \(error.what)")
                    }
                }
            }
        }
        return faults
    }

    private static func change(
        _ schema: inout Schema, _ name: String, _ text: [UInt8], desktop: String?
    ) throws(SchemaFault) {
        guard var key = schema.key(name) else { throw SchemaFault("there is no such key") }
        if desktop != nil, key.translation != nil { throw SchemaFault("a translated key has one default") }
        let value = try VariantText.parse(text).value(as: key.type)
        guard key.allows(value) else { throw SchemaFault("a value that the key may not have") }
        if let desktop {
            key.desktops.removeAll { $0.name == desktop }
            guard key.desktops.count < 64 else { throw SchemaFault("defaults for more than 64 desktops") }
            key.desktops.append((desktop, value))
        } else {
            key.usual = value
        }
        schema[name] = .key(key)
    }
}
