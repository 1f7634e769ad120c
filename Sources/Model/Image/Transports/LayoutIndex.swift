// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// The `index.json` of a layout, other programs' fields kept as they are.
struct LayoutIndex {
    private var document: JSONValue
    /// As it was read; nil for a new layout.
    private let original: [UInt8]?

    init() {
        document = .object([
            "schemaVersion": .integer(2), "mediaType": .string(MediaType.imageIndex.rawValue), "manifests": .array([]),
        ])
        original = nil
    }

    /// - Throws: `oci.malformed`, `oci.tooLarge`.
    init(_ bytes: [UInt8], at place: String) throws {
        _ = try OCIJSON.decode(ImageIndex.self, from: bytes, at: place)
        document = try OCIJSON.decode(JSONValue.self, from: bytes, at: place)
        original = bytes
    }

    private var entries: [JSONValue] {
        get { document["manifests"]?.elements ?? [] }
        set { document["manifests"] = .array(newValue) }
    }

    /// The entry that bears the name, or that bears none when nil is asked for.
    func root(named name: String?) throws -> Descriptor? {
        try entries.first { Self.name(of: $0) == name }.map { try Self.descriptor($0) }
    }

    /// Puts an image under its name, in the place of the one that had it.
    /// - Throws: `image.ambiguous` when no name is given and several images have none.
    mutating func put(_ root: Descriptor, at place: String) throws {
        let matching = entries.indices.filter { Self.name(of: entries[$0]) == root.referenceName }
        guard root.referenceName != nil || matching.count <= 1 else {
            throw Problem(
                "image.ambiguous", "The layout holds several images without a tag", at: place,
                why: "it cannot be told which of them is to be replaced", hints: ["give a tag: oci:DIR:TAG"],
                kind: .usage)
        }
        let entry = try Self.entry(root)
        guard let first = matching.first else {
            entries.append(entry)
            return
        }
        if try Self.descriptor(entries[first]) == root && matching.count == 1 { return }
        entries[first] = entry
        for index in matching.dropFirst().reversed() { entries.remove(at: index) }
    }

    /// The new bytes; nil when nothing has changed.
    func changedBytes() throws -> [UInt8]? {
        let bytes = try OCIJSON.encode(document)
        guard let original else { return bytes }
        let before = try OCIJSON.encode(OCIJSON.decode(JSONValue.self, from: original, at: "index.json"))
        return before == bytes ? nil : bytes
    }

    var descriptors: [Descriptor] { get throws { try entries.map { try Self.descriptor($0) } } }

    private static func name(of entry: JSONValue) -> String? {
        entry["annotations"]?[AnnotationName.referenceName]?.text
    }

    private static func entry(_ descriptor: Descriptor) throws -> JSONValue {
        try OCIJSON.decode(JSONValue.self, from: OCIJSON.encode(descriptor), at: "index.json")
    }

    private static func descriptor(_ entry: JSONValue) throws -> Descriptor {
        try OCIJSON.decode(Descriptor.self, from: OCIJSON.encode(entry), at: "index.json")
    }
}
