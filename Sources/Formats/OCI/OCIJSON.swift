// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The one way OCI documents become bytes and back.
package enum OCIJSON {
    /// The largest document that is read, in bytes.
    package static let limit = 4 << 20

    /// Compact, keys sorted, nothing escaped that need not be, no newline at the end.
    /// - Throws: `Problem` with code `oci.encode`, a bug of ours.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw Problem("oci.encode", "A document cannot be written as JSON", cause: error, kind: .bug)
        }
    }

    /// For a file that people read too: one member a line, keys sorted, a newline at the end.
    /// - Throws: `Problem` with code `oci.encode`, a bug of ours.
    package static func encodeForPeople(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw Problem("oci.encode", "A document cannot be written as JSON", cause: error, kind: .bug)
        }
    }

    /// Reads a document; fields that we do not know are passed over.
    /// - Parameter place: what the document is called when something is wrong with it.
    /// - Throws: `Problem` with code `oci.tooLarge` beyond 4 MiB, `oci.malformed` with the path of the field.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], at place: String
    ) throws -> Value {
        guard bytes.count <= limit else { throw tooLarge(Int64(bytes.count), at: place) }
        do {
            try JSONStructure.check(bytes)
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let fault as JSONStructure.Fault {
            throw Problem("oci.malformed", "A document of the image cannot be read", at: place, why: why(fault))
        } catch let error as DecodingError {
            throw Problem("oci.malformed", "A document of the image cannot be read", at: place, why: why(error))
        } catch {
            throw Problem("oci.malformed", "A document of the image cannot be read", at: place, cause: error)
        }
    }

    /// For a document whose size is known before it is read.
    package static func tooLarge(_ size: Int64, at place: String) -> Problem {
        Problem(
            "oci.tooLarge", "A document of the image is too large", at: place,
            why: "it has \(ByteCount(size)), and at most \(ByteCount(limit)) are read")
    }

    private static func why(_ fault: JSONStructure.Fault) -> String {
        switch fault {
        case .tooDeep(let limit): "its values are nested deeper than \(limit)"
        case .duplicate(let name): "a member is named \"\(name)\" twice"
        }
    }

    private static func why(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(let type, let context): "\(field(context.codingPath)): not \(name(of: type))"
        case .valueNotFound(_, let context): "\(field(context.codingPath)): null"
        case .keyNotFound(let key, let context): "\(field(context.codingPath + [key])): missing"
        case .dataCorrupted(let context): "\(field(context.codingPath)): \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "a boolean"
        case is Int.Type, is Int64.Type: "a whole number"
        case is [String: Any].Type: "an object"
        default:
            "\(type)".hasPrefix("Array") ? "a list" : "\(type)".hasPrefix("Dictionary") ? "an object" : "a \(type)"
        }
    }

    /// Such as `manifests[2].digest`.
    private static func field(_ path: [any CodingKey]) -> String {
        let text = path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return text.isEmpty ? "the document" : text
    }
}
