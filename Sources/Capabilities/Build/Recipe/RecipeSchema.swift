// SPDX-License-Identifier: Apache-2.0
import PlinthOCI
import PlinthReports

/// The recipe's JSON Schema (draft 2020-12), made of the key tables that the decoder uses: for editors.
///
/// It is a little stricter than the decoder about numbers and truth values where a text is meant.
package enum RecipeSchema {
    /// - Throws: `Problem` with code `report.encode`, a bug of ours.
    package static func json() throws -> [UInt8] {
        guard case .object(var members) = object(RecipeKeys.recipe) else { return [] }
        members["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
        members["title"] = .string("A recipe of Plinth")
        members["$defs"] = .object(["variant": object(RecipeKeys.variant)])
        return try ReportJSON.encode(JSONValue.object(members))
    }

    private static func object(_ table: KeyTable) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        for key in table.keys {
            guard case .object(var members)? = schema(key.shape) else { continue }
            members["description"] = .string(key.summary)
            properties[key.name] = .object(members)
        }
        var members: [String: JSONValue] = [
            "type": .string("object"), "properties": .object(properties), "additionalProperties": .boolean(false),
        ]
        let required = table.keys.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { members["required"] = .array(required) }
        return .object(members)
    }

    /// Nil for what this version cannot do: the schema refuses it.
    private static func schema(_ shape: KeyTable.Shape) -> JSONValue? {
        switch shape {
        case .text(let form): text(form)
        case .choice(let names): .object(["enum": .array(names.map { .string($0) })])
        case .boolean: .object(["type": .string("boolean")])
        case .identity:
            .object(["type": .string("integer"), "minimum": .integer(0), "maximum": .integer(4_294_967_294)])
        case .mode: any(of: [.object(["type": .string("integer"), "minimum": .integer(0)]), octal])
        case .command: any(of: [string, list(.text(.any))])
        case .texts(let form): .object(["type": .string("object"), "additionalProperties": text(form)])
        case .list(let element): list(element)
        case .mapping(let table): object(table)
        case .named: .object(["type": .string("object"), "additionalProperties": variant])
        case .some(let element): schema(element).map { any(of: [$0, list(element)]) }
        case .number(let range):
            .object([
                "type": .string("integer"), "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ])
        case .either(let short, let table): any(of: [schema(short), object(table)].compactMap { $0 })
        case .notYet: nil
        }
    }

    private static func text(_ form: TextForm) -> JSONValue {
        var members: [String: JSONValue] = ["type": .string("string")]
        if form.maybeNumber { members["type"] = .array(["string", "number", "boolean"].map { .string($0) }) }
        members["pattern"] = form.pattern.map { .string($0) }
        return .object(members)
    }

    private static func list(_ element: KeyTable.Shape) -> JSONValue {
        .object(["type": .string("array"), "items": schema(element) ?? .boolean(false)])
    }

    private static func any(of schemas: [JSONValue]) -> JSONValue { .object(["anyOf": .array(schemas)]) }

    /// A name alone is a variant that changes nothing.
    private static let variant = any(of: [
        .object(["$ref": .string("#/$defs/variant")]), .object(["type": .string("null")]),
    ])
    private static let string = JSONValue.object(["type": .string("string")])
    private static let octal = JSONValue.object([
        "type": .string("string"), "pattern": .string("^(0o)?[0-7]{1,5}$"),
    ])
}
