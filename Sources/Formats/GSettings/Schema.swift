// SPDX-License-Identifier: Apache-2.0

/// A schema: keys, and the schemas of its children.
struct Schema {
    enum Member {
        case key(SchemaKey)
        /// The id of a schema.
        case child(String)
    }

    let id: String
    var path: String?
    var domain: String?
    var extends: String?
    var listOf: String?
    /// In the order in which they stand in the file.
    private(set) var names: [String] = []
    private var members: [String: Member] = [:]

    init(_ id: String) { self.id = id }

    subscript(name: String) -> Member? {
        get { members[name] }
        set {
            if members[name] == nil { names.append(name) }
            members[name] = newValue
        }
    }

    func key(_ name: String) -> SchemaKey? { if case .key(let key) = members[name] { key } else { nil } }

    /// The schema's own table of the database.
    var table: DatabaseWriter.Table {
        let order = HashOrder(names.map { Array($0.utf8) }).places.map { names[$0] }
        var items = [DatabaseWriter.Item(name: [], value: .list([]))]
        var isTranslated = false
        for name in order {
            let value: [UInt8]
            switch members[name] {
            case .key(let key):
                value = key.encoded
                isTranslated = isTranslated || key.translation != nil
            case .child(let id): value = Self.boxed(id)
            case nil: continue
            }
            items.append(.init(name: Array(name.utf8), parent: 0, value: .value(value)))
        }
        let places = items.indices.dropFirst().sorted { items[$0].name.lexicographicallyPrecedes(items[$1].name) }
        items[0].value = .list(places)
        let facts = [
            (".path", path), (".extends", extends), (".list-of", listOf),
            (".gettext-domain", isTranslated ? domain ?? "" : nil),
        ]
        for case (let name, let text?) in facts {
            items.append(.init(name: Array(name.utf8), parent: nil, value: .value(Self.boxed(text))))
        }
        return .init(items: items)
    }

    private static func boxed(_ text: String) -> [UInt8] {
        Variant.boxed(.string, .string(Array(text.utf8))).encoded(as: .boxed)
    }
}

/// Everything that was read.
struct SchemaSet {
    /// In the order in which they were read.
    private(set) var ids: [String] = []
    private var schemas: [String: Schema] = [:]
    var enums: [String: StringTable] = [:]
    var flags: [String: StringTable] = [:]

    /// Bytes that tables of words and defaults take, over all keys.
    private var size = 0

    subscript(id: String) -> Schema? { schemas[id] }

    /// - Throws: `SchemaFault` for more schemas than anybody has.
    mutating func add(_ schema: Schema) throws(SchemaFault) {
        guard ids.count < 16_384 else { throw SchemaFault("more than 16384 schemas") }
        ids.append(schema.id)
        schemas[schema.id] = schema
    }

    /// Changes a schema in its place.
    mutating func change(_ id: String, _ body: (inout Schema) -> Void) {
        guard var schema = schemas.removeValue(forKey: id) else { return }
        body(&schema)
        schemas[id] = schema
    }

    /// Each key has a table of its own in the file, however many share it here.
    /// - Throws: `SchemaFault` for tables that would fill the memory.
    mutating func count(_ key: SchemaKey) throws(SchemaFault) {
        size += key.words.bytes.count + key.unparsed.count
        guard size <= 32 << 20 else { throw SchemaFault("more than 32 MB of choices and defaults") }
    }

    mutating func remove(_ gone: Set<String>) {
        ids.removeAll(where: gone.contains)
        for id in gone { schemas[id] = nil }
    }

    /// The key of the schemas that one extends.
    /// - Throws: `SchemaFault` when the chain has no end in sight.
    func inherited(_ name: String, by id: String?) throws(SchemaFault) -> (key: SchemaKey, schema: String)? {
        var next = id
        var depth = 0
        while let id = next, let schema = self[id] {
            if let key = schema.key(name) { return (key, id) }
            depth += 1
            guard depth < 64 else { throw SchemaFault("schemas that extend one another without end") }
            next = schema.extends
        }
        return nil
    }

    /// The whole database.
    var file: [UInt8] {
        let order = HashOrder(ids.map { Array($0.utf8) }).places.map { ids[$0] }
        var items = [DatabaseWriter.Item(name: [], value: .list([]))]
        for id in order {
            guard let schema = schemas[id] else { continue }
            items.append(.init(name: Array(id.utf8), parent: 0, value: .table(schema.table)))
        }
        let places = items.indices.dropFirst().sorted { items[$0].name.lexicographicallyPrecedes(items[$1].name) }
        items[0].value = .list(places)
        return DatabaseWriter.file(.init(items: items))
    }
}
