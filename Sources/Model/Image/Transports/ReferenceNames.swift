// SPDX-License-Identifier: Apache-2.0
import PlinthCore

extension ImageDestination {
    /// The name of an image in a layout: what the specification allows for `org.opencontainers.image.ref.name`.
    static func tag(_ text: String?, in whole: String) throws -> String? {
        guard let text else { return nil }
        let separators = Set("-._:@+/".utf8)
        let isGood = text.utf8.allSatisfy { isAlphanumeric($0) || separators.contains($0) }
        guard isGood, let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first),
            isAlphanumeric(last)
        else {
            throw fault(
                whole, "\"\(text)\" is not a tag", hints: ["a tag has letters, digits and -._:@+/ between them"])
        }
        return text
    }

    /// The name that `docker load` gives the image; a tag `latest` is added when there is none.
    static func reference(_ text: String?, in whole: String) throws -> String? {
        guard let text else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let last = parts.last ?? ""
        let colon = last.firstIndex(of: ":")
        let tag = colon.map { last[last.index(after: $0)...] }
        let name = parts.dropLast().map { $0 } + [colon.map { last[..<$0] } ?? last]
        guard name.indices.allSatisfy({ isNamePart(name[$0], mayBeHost: $0 == 0 && name.count > 1) }), isTag(tag) else {
            throw fault(
                whole, "\"\(text)\" is not the name of an image",
                hints: ["a name is in lower case, such as app:1.0 or registry.example.org/team/app:1.0"])
        }
        return tag == nil ? text + ":latest" : text
    }

    private static func isNamePart(_ text: Substring, mayBeHost: Bool) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        let allowed = text.utf8.allSatisfy { byte in
            isAlphanumeric(byte) && (mayBeHost || !(0x41...0x5a).contains(byte))
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || mayBeHost && byte == UInt8(ascii: ":")
        }
        return allowed && isAlphanumeric(first) && isAlphanumeric(last)
    }

    private static func isTag(_ tag: Substring?) -> Bool {
        guard let tag else { return true }
        guard let first = tag.utf8.first, tag.utf8.count <= 128 else { return false }
        return (isAlphanumeric(first) || first == UInt8(ascii: "_"))
            && tag.utf8.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}
