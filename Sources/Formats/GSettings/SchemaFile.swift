// SPDX-License-Identifier: Apache-2.0

/// Reads one file of schemas into the set of all.
struct SchemaFile {
    private(set) var set: SchemaSet
    /// Open elements, the innermost last.
    private var open: [String] = []
    private var domain: String?
    private var schema: Schema?
    private var key: (name: String, key: SchemaKey)?
    private var choices: (id: String, table: StringTable, isFlags: Bool)?
    private var text: [UInt8]?
    private var added: Set<String> = []
    private var addedEnums: [String] = []
    private var addedFlags: [String] = []

    private init(_ set: SchemaSet) { self.set = set }

    /// A file with a fault changes nothing.
    static func read(_ bytes: [UInt8], into set: inout SchemaSet) throws(SchemaFault) {
        var file = SchemaFile(set)
        set = SchemaSet()
        do {
            try file.read(bytes)
        } catch {
            file.set.remove(file.added)
            for id in file.addedEnums { file.set.enums[id] = nil }
            for id in file.addedFlags { file.set.flags[id] = nil }
            set = file.set
            throw error
        }
        set = file.set
    }

    private mutating func read(_ bytes: [UInt8]) throws(SchemaFault) {
        var reader = try MarkupReader(bytes)
        do {
            while let event = try reader.next() {
                switch event {
                case .start(let name, let attributes):
                    try start(name, Attributes(name, attributes))
                    open.append(name)
                case .end(let name):
                    open.removeLast()
                    try end(name)
                case .text(let found): try take(found)
                }
            }
        } catch {
            throw error.at(reader.line)
        }
    }

    /// Text counts in some elements; in the others only blanks may stand.
    private mutating func take(_ found: [UInt8]) throws(SchemaFault) {
        if text != nil {
            text?.append(contentsOf: found)
        } else if !found.allSatisfy(MarkupReader.isBlank) {
            throw SchemaFault("text in <\(open.last ?? "")>")
        }
    }

    // MARK: Elements

    private mutating func start(_ name: String, _ attributes: Attributes) throws(SchemaFault) {
        switch (open.last, name) {
        case (nil, "schemalist"):
            domain = attributes["gettext-domain"]
            try attributes.only("gettext-domain")
        case ("schemalist", "schema"): try startSchema(attributes)
        case ("schemalist", "enum"), ("schemalist", "flags"): try startChoices(name, attributes)
        case ("enum", "value"), ("flags", "value"): try addValue(attributes)
        case ("schema", "key"): try startKey(attributes)
        case ("schema", "child"): try addChild(attributes)
        case ("schema", "override"): try startOverride(attributes)
        case ("key", "default"): try startDefault(attributes)
        case ("key", "summary"), ("key", "description"):
            try attributes.only()
            text = []
        case ("key", "range"):
            try attributes.only("min", "max")
            try key?.key.setRange(attributes["min"], attributes["max"])
        case ("key", "choices"):
            try attributes.only()
            try checkChoices()
        case ("choices", "choice"):
            try attributes.only("value")
            try key?.key.words.add(attributes.required("value"), 0)
            key?.key.hasChoices = true
        case ("key", "aliases"):
            try attributes.only()
            guard let key = key?.key, !key.hasAliases, key.isEnum || key.isFlags || key.hasChoices else {
                throw SchemaFault("<aliases> for a key without choices, or twice")
            }
        case ("aliases", "alias"):
            try attributes.only("value", "target")
            try key?.key.words.add(alias: attributes.required("value"), for: attributes.required("target"))
            key?.key.hasAliases = true
        default: throw SchemaFault("<\(name)> does not belong \(open.last.map { "into <\($0)>" } ?? "at the top")")
        }
    }

    private mutating func end(_ name: String) throws(SchemaFault) {
        let text = self.text ?? []
        self.text = nil
        switch name {
        case "schema":
            if let schema {
                try set.add(schema)
                added.insert(schema.id)
            }
            schema = nil
        case "enum", "flags": try endChoices()
        case "default", "override":
            key?.key.unparsed = text
            try key?.key.setDefault()
            if name == "override" { try putKey() }
        case "key":
            guard key?.key.usual != nil else { throw SchemaFault("a key without <default>") }
            try putKey()
        case "choices":
            guard key?.key.hasChoices == true else { throw SchemaFault("<choices> without <choice>") }
            try key?.key.check()
        case "aliases":
            guard key?.key.hasAliases == true else { throw SchemaFault("<aliases> without <alias>") }
        default: break
        }
    }

    private mutating func putKey() throws(SchemaFault) {
        guard let found = key else { return }
        guard (schema?.names.count ?? 0) < 4096 else { throw SchemaFault("more than 4096 keys in a schema") }
        try set.count(found.key)
        schema?[found.name] = .key(found.key)
        key = nil
    }

    private func checkChoices() throws(SchemaFault) {
        guard let key = key?.key, !key.isEnum, !key.hasChoices else {
            throw SchemaFault("<choices> twice, or for an enum")
        }
        var type = key.type
        while true {
            switch type {
            case .array(let element), .maybe(let element): type = element
            case .string: return
            default: throw SchemaFault("<choices> is for texts")
            }
        }
    }

    // MARK: Enumerations

    private mutating func startChoices(_ name: String, _ attributes: Attributes) throws(SchemaFault) {
        try attributes.only("id")
        let id = try attributes.required("id")
        let isFlags = name == "flags"
        guard (isFlags ? set.flags[id] : set.enums[id]) == nil else {
            throw SchemaFault("<\(name)> “\(id)” is given already")
        }
        choices = (id, StringTable(), isFlags)
    }

    private mutating func addValue(_ attributes: Attributes) throws(SchemaFault) {
        try attributes.only("nick", "value")
        let nick = try attributes.required("nick")
        guard nick.utf8.count >= 2 else { throw SchemaFault("a nick of fewer than two letters") }
        let digits = Array(try attributes.required("value").utf8).drop(while: MarkupReader.isBlank)
        guard let choices, case .signed(let number)? = VariantNumber.value(Array(digits), UInt8(ascii: "x")),
            choices.isFlags ? (0...Int64(UInt32.max)).contains(number) : Int32(exactly: number) != nil
        else { throw SchemaFault("a value that is no number of 32 bits") }
        if choices.isFlags {
            if number == 0 { return }
            guard number.nonzeroBitCount == 1 else { throw SchemaFault("a flag of more than one bit") }
        }
        let bits = UInt32(truncatingIfNeeded: number)
        guard !choices.table.has(bits) else { throw SchemaFault("the value \(number) is given already") }
        try self.choices?.table.add(nick, bits)
    }

    private mutating func endChoices() throws(SchemaFault) {
        guard let choices, !choices.table.isEmpty else { throw SchemaFault("an enumeration without values") }
        if choices.isFlags {
            set.flags[choices.id] = choices.table
            addedFlags.append(choices.id)
        } else {
            set.enums[choices.id] = choices.table
            addedEnums.append(choices.id)
        }
        self.choices = nil
    }
}

// MARK: - Schemas and keys

extension SchemaFile {
    private mutating func startSchema(_ attributes: Attributes) throws(SchemaFault) {
        try attributes.only("id", "path", "gettext-domain", "extends", "list-of")
        var schema = Schema(try attributes.required("id"))
        guard set[schema.id] == nil else { throw SchemaFault("the schema “\(schema.id)” is given already") }
        guard schema.id.utf8.count <= 65_535 else { throw SchemaFault("an id without end") }
        (schema.path, schema.extends, schema.listOf) = (
            attributes["path"], attributes["extends"], attributes["list-of"]
        )
        schema.domain = attributes["gettext-domain"] ?? domain
        if let list = schema.listOf {
            guard let listed = set[list] else { throw SchemaFault("a list of “\(list)”, which is no schema yet") }
            guard listed.path == nil else { throw SchemaFault("a list of a schema with a path") }
        }
        if let extends = schema.extends {
            guard let base = set[extends] else { throw SchemaFault("extends “\(extends)”, which is no schema yet") }
            guard base.path == nil else { throw SchemaFault("extends a schema with a path") }
            if let list = schema.listOf {
                guard let other = base.listOf, try isOf(list, other) else {
                    throw SchemaFault("a list that extends another kind of list")
                }
            }
            schema.listOf = schema.listOf ?? base.listOf
        }
        if let path = schema.path {
            guard path.hasPrefix("/"), path.hasSuffix(schema.listOf == nil ? "/" : ":/") else {
                throw SchemaFault("the path “\(path)” has no slash at its ends")
            }
        }
        self.schema = schema
    }

    /// Whether one schema is another or extends it.
    private func isOf(_ id: String, _ other: String) throws(SchemaFault) -> Bool {
        var next: String? = id
        for _ in 0..<64 {
            guard let id = next else { return false }
            if id == other { return true }
            next = set[id]?.extends
        }
        throw SchemaFault("schemas that extend one another without end")
    }

    private mutating func startKey(_ attributes: Attributes) throws(SchemaFault) {
        try attributes.only("name", "type", "enum", "flags")
        let name = try attributes.required("name")
        guard let schema, schema.listOf == nil else { throw SchemaFault("a key in a list") }
        try Self.checkName(name)
        guard schema[name] == nil else { throw SchemaFault("the key “\(name)” is given already") }
        if let above = try set.inherited(name, by: schema.extends), !above.key.isOverride {
            throw SchemaFault("the key “\(name)” is one of “\(above.schema)”: use <override>")
        }
        key = (name, try made(attributes))
    }

    private func made(_ attributes: Attributes) throws(SchemaFault) -> SchemaKey {
        switch (attributes["type"], attributes["enum"], attributes["flags"]) {
        case (let text?, nil, nil):
            guard let type = VariantType(Array(text.utf8)) else { throw SchemaFault("“\(text)” is no type") }
            return SchemaKey(type)
        case (nil, let id?, nil):
            guard let table = set.enums[id] else { throw SchemaFault("the enum “\(id)” is not given yet") }
            var key = SchemaKey(.string)
            (key.words, key.isEnum) = (table, true)
            return key
        case (nil, nil, let id?):
            guard let table = set.flags[id] else { throw SchemaFault("the flags “\(id)” are not given yet") }
            var key = SchemaKey(.array(.string))
            (key.words, key.isFlags) = (table, true)
            return key
        default: throw SchemaFault("a key has a type, an enum or flags")
        }
    }

    private mutating func addChild(_ attributes: Attributes) throws(SchemaFault) {
        try attributes.only("name", "schema")
        let name = try attributes.required("name")
        try Self.checkName(name)
        guard schema?[name + "/"] == nil else { throw SchemaFault("the child “\(name)” is given already") }
        schema?[name + "/"] = .child(try attributes.required("schema"))
    }

    private mutating func startOverride(_ attributes: Attributes) throws(SchemaFault) {
        try attributes.only("name", "l10n", "context")
        let name = try attributes.required("name")
        guard let extends = schema?.extends, let above = try set.inherited(name, by: extends) else {
            throw SchemaFault("there is no key “\(name)” to override")
        }
        guard schema?[name] == nil else { throw SchemaFault("the key “\(name)” is given already") }
        var key = SchemaKey(above.key.type)
        (key.words, key.isEnum, key.isFlags) = (above.key.words, above.key.isEnum, above.key.isFlags)
        (key.range, key.isOverride) = (above.key.range, true)
        self.key = (name, key)
        try startText(attributes)
    }

    private mutating func startDefault(_ attributes: Attributes) throws(SchemaFault) {
        try attributes.only("l10n", "context")
        guard key?.key.usual == nil else { throw SchemaFault("<default> twice") }
        try startText(attributes)
    }

    private mutating func startText(_ attributes: Attributes) throws(SchemaFault) {
        text = []
        switch attributes["l10n"] {
        case nil:
            guard attributes["context"] == nil else { throw SchemaFault("a context for what is not translated") }
            return
        case "messages": key?.key.translation = UInt8(ascii: "m")
        case "time": key?.key.translation = UInt8(ascii: "t")
        case let other?: throw SchemaFault("“\(other)” is no kind of translation")
        }
        guard schema?.domain != nil else { throw SchemaFault("a translation without a gettext-domain") }
        key?.key.context = attributes["context"]
    }

    /// Small letters, digits and single hyphens, a letter first and no hyphen last.
    private static func checkName(_ name: String) throws(SchemaFault) {
        let bytes = Array(name.utf8)
        let isPlain = bytes.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
        guard isPlain, let first = bytes.first, (0x61...0x7a).contains(first), bytes.last != UInt8(ascii: "-"),
            bytes.count <= 1024, !zip(bytes, bytes.dropFirst()).contains(where: { $0 == UInt8(ascii: "-") && $1 == $0 })
        else { throw SchemaFault("“\(name.prefix(40))” is no name for a key") }
    }
}

/// The attributes of one element.
struct Attributes {
    private let element: String
    private let values: [String: String]

    init(_ element: String, _ values: [String: String]) {
        self.element = element
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    func required(_ name: String) throws(SchemaFault) -> String {
        guard let value = values[name] else { throw SchemaFault("<\(element)> needs “\(name)”") }
        return value
    }

    func only(_ names: String...) throws(SchemaFault) {
        if let other = values.keys.sorted().first(where: { !names.contains($0) }) {
            throw SchemaFault("<\(element)> has no “\(other)”")
        }
    }
}
