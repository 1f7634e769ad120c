// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthReports
import PlinthYAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The lock as a file.
extension Lock {
    /// The largest lock that is read, in bytes.
    static let limit = 64 << 20

    /// Sorted keys, two-space indentation, a newline at the end: the same lock gives the same bytes.
    func encoded() throws -> [UInt8] { try ReportJSON.encode(self) }

    /// - Parameter name: the file, for messages.
    /// - Throws: `Problem`s `lock.tooLarge`, `lock.damaged`, `lock.schema`.
    static func parse(_ bytes: [UInt8], name: String) throws -> Lock {
        guard bytes.count <= limit else {
            throw Problem(
                "lock.tooLarge", "The lock is too large", at: name,
                why: "it has \(ByteCount(bytes.count)), and at most \(ByteCount(limit)) are read")
        }
        let data = Data(bytes)
        do {
            let lock = try JSONDecoder().decode(Lock.self, from: data)
            guard lock.schema == schema else { throw wrongSchema(lock.schema, at: name) }
            if let fault = lock.fault { throw damaged(fault, at: name) }
            return lock
        } catch let error as DecodingError {
            // Whose schema it is explains more than which field is missing.
            if let found = try? JSONDecoder().decode(Head.self, from: data).schema, found != schema {
                throw wrongSchema(found, at: name)
            }
            throw damaged(why(error), at: name)
        }
    }

    private struct Head: Decodable {
        var schema: String
    }

    private static func wrongSchema(_ found: String, at name: String) -> Problem {
        let isOurs = found.hasPrefix("plinth.lock/")
        return Problem(
            "lock.schema", isOurs ? "The lock is of another version of Plinth" : "The file is not a lock", at: name,
            why: "its schema is “\(SourceExcerpt.word(found))”, and this version reads “\(schema)”",
            hints: [isOurs ? "make it anew with plinth lock, or use the version that made it" : remake])
    }

    private static func damaged(_ why: String, at name: String) -> Problem {
        Problem(
            "lock.damaged", "The lock is damaged", at: name, why: SourceExcerpt.word(why, limit: 300), hints: [remake])
    }

    private static let remake = "remove the file and make it anew with plinth lock"

    private static func why(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context): "\(field(context.codingPath)) is of the wrong type"
        case .valueNotFound(_, let context): "\(field(context.codingPath)) is null"
        case .keyNotFound(let key, let context): "\(field(context.codingPath + [key])) is missing"
        case .dataCorrupted(let context): "\(field(context.codingPath)): \(context.debugDescription)"
        @unknown default: "it is not what plinth lock writes"
        }
    }

    /// Such as `platforms[0].packages[2].digest`.
    private static func field(_ path: [any CodingKey]) -> String {
        let text = path.reduce(into: "") { text, key in
            text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
        }
        return text.isEmpty ? "the document" : text
    }
}
