// SPDX-License-Identifier: Apache-2.0

/// A path inside an image: relative, without `.`, `..`, empty components or a trailing slash.
///
/// Paths are bytes: `String` would make NFC and NFD names equal. The root is the empty path.
package struct TreePath: Hashable, Sendable {
    package let bytes: [UInt8]

    package enum Fault: Error, Equatable, Sendable {
        /// A `..` component: it could leave the tree.
        case leavesTree
        /// NUL or another control character.
        case controlCharacter(offset: Int)
        /// Longer than 4,096 bytes, or a component longer than 255.
        case tooLong
    }

    package static let root = TreePath(unchecked: [])

    /// Takes bytes that are known to be normal.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Normalises a path found in an archive: leading `/` and `./`, doubled and trailing slashes go.
    package init(archiveName name: borrowing Span<UInt8>) throws(Fault) {
        guard name.count <= 4096 else { throw .tooLong }
        var result: [UInt8] = []
        result.reserveCapacity(name.count)
        var start = 0
        for index in 0...name.count where index == name.count || name[index] == slash {
            defer { start = index + 1 }
            let length = index - start
            if length == 0 || (length == 1 && name[start] == dot) { continue }
            if length == 2 && name[start] == dot && name[start + 1] == dot { throw .leavesTree }
            guard length <= 255 else { throw .tooLong }
            if !result.isEmpty { result.append(slash) }
            for position in start..<index {
                guard name[position] >= 0x20, name[position] != 0x7f else {
                    throw .controlCharacter(offset: position)
                }
                result.append(name[position])
            }
        }
        bytes = result
    }

    package init(archiveName name: [UInt8]) throws(Fault) { try self.init(archiveName: name.span) }

    /// A path written in our own source or a test.
    package init(_ text: StaticString) {
        guard let path = try? TreePath(archiveName: Array("\(text)".utf8)) else {
            preconditionFailure("not a tree path: \(text)")
        }
        self = path
    }

    /// A path from a person: nil when it is not one.
    package init?(text: some StringProtocol) {
        guard let path = try? TreePath(archiveName: Array(text.utf8)) else { return nil }
        self = path
    }

    package var isRoot: Bool { bytes.isEmpty }

    /// The last component; empty for the root.
    package var name: ArraySlice<UInt8> {
        guard let cut = bytes.lastIndex(of: slash) else { return bytes[...] }
        return bytes[(cut + 1)...]
    }

    /// The directory above; nil for the root.
    package var parent: TreePath? {
        if bytes.isEmpty { return nil }
        guard let cut = bytes.lastIndex(of: slash) else { return .root }
        return TreePath(unchecked: Array(bytes[..<cut]))
    }

    package func appending(_ component: some Collection<UInt8>) -> TreePath {
        bytes.isEmpty ? TreePath(unchecked: Array(component)) : TreePath(unchecked: bytes + [slash] + component)
    }

    package func appending(_ component: String) -> TreePath { appending(component.utf8) }

    /// Whether the path is the directory itself or lies below it.
    package func isInside(_ directory: TreePath) -> Bool {
        if directory.isRoot { return true }
        guard bytes.starts(with: directory.bytes) else { return false }
        return bytes.count == directory.bytes.count || bytes[directory.bytes.count] == slash
    }

    package var components: [ArraySlice<UInt8>] { bytes.split(separator: slash) }
}

extension TreePath {
    /// All bytes at once: one at a time, as an array does it, was a twentieth of a warm build.
    package func hash(into hasher: inout Hasher) {
        // Safe: the bytes are only read, and only here.
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}

/// Depth first, children bytewise by name: the order of a directory walk, which is not the order of raw bytes.
extension TreePath: Comparable {
    package static func < (left: TreePath, right: TreePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes) { ($0 == slash ? 0 : $0) < ($1 == slash ? 0 : $1) }
    }
}

extension TreePath: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension TreePath: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let path = TreePath(text: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a path inside an image: \(text)"))
        }
        self = path
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

private let slash = UInt8(ascii: "/")
private let dot = UInt8(ascii: ".")
