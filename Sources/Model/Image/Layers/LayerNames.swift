// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// What the name of a layer's entry means.
///
/// [OCI image-spec v1.1, layer.md, “Whiteouts”](https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts)
struct LayerName {
    enum Meaning: Equatable {
        /// The path itself.
        case entry
        /// The path is hidden.
        case whiteout
        /// What lower layers have in the directory is hidden.
        case opaque
        /// Something that aufs keeps beside the files.
        case metadata
    }

    enum Fault: Error, Equatable {
        case leavesTree, tooLong, badWhiteout
    }

    /// What the kernel allows.
    static let pathLimit = 4096
    static let componentLimit = 255

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")
    private static let prefix = Array(".wh.".utf8)

    /// Appends the normal form of a name to `arena`: no `/` at either end, no `.`, nothing empty.
    ///
    /// Bytes other than NUL are kept: other systems' programs put newlines and worse into names.
    static func append(_ name: [UInt8], to arena: inout [UInt8]) throws(Fault) {
        let begin = arena.count
        var start = 0
        for index in 0...name.count where index == name.count || name[index] == slash {
            let length = index - start
            defer { start = index + 1 }
            if length == 0 || (length == 1 && name[start] == dot) { continue }
            if length == 2, name[start] == dot, name[start + 1] == dot { throw .leavesTree }
            guard length <= componentLimit else { throw .tooLong }
            if arena.count > begin { arena.append(slash) }
            arena.append(contentsOf: name[start..<index])
        }
        guard arena.count - begin <= pathLimit else { throw .tooLong }
    }

    /// Reads the meaning of the normal name from `start` on, and turns it into the path that is meant.
    static func interpret(_ arena: inout [UInt8], from start: Int) throws(Fault) -> Meaning {
        let component = (arena[start...].lastIndex(of: slash) ?? start - 1) + 1
        if hasMarkedParent(arena, from: start, to: component) { return .metadata }
        let last = arena[component...]
        guard last.starts(with: prefix) else { return .entry }
        let rest = last.dropFirst(prefix.count)
        if rest.starts(with: prefix) { return isOpaque(rest, &arena, start, component) }
        guard !rest.isEmpty, !rest.elementsEqual(".".utf8), !rest.elementsEqual("..".utf8) else { throw .badWhiteout }
        arena.removeSubrange(component..<component + prefix.count)
        return .whiteout
    }

    private static func isOpaque(
        _ rest: ArraySlice<UInt8>, _ arena: inout [UInt8], _ start: Int, _ component: Int
    ) -> Meaning {
        guard rest.elementsEqual(".wh..opq".utf8) else { return .metadata }
        arena.removeSubrange(max(start, component - 1)...)
        return .opaque
    }

    /// A name that begins with `.wh.` cannot be a directory's.
    private static func hasMarkedParent(_ arena: [UInt8], from start: Int, to end: Int) -> Bool {
        var index = start
        while index < end {
            if arena[index] == dot, arena[index..<end].starts(with: prefix) { return true }
            while index < end, arena[index] != slash { index += 1 }
            index += 1
        }
        return false
    }
}

/// A name for a person: control characters are written as `\x0a`.
func shown(_ name: some Sequence<UInt8>) -> String {
    String(
        decoding: name.flatMap { byte in
            byte < 0x20 || byte == 0x7f ? Array("\\x".utf8) + Array(hexString([byte]).utf8) : [byte]
        }, as: UTF8.self)
}
