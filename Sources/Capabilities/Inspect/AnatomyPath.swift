// SPDX-License-Identifier: Apache-2.0

/// A path brought into one form, so that one pattern stands for all distributions.
///
/// `usr/` and `usr/local/` go, `sbin` becomes `bin`, `lib64` and its like become `lib`, and the folder of an architecture below `lib` goes:
/// `usr/lib/x86_64-linux-gnu/gconv/X.so` and `usr/lib64/gconv/X.so` are both `lib/gconv/X.so`.
struct AnatomyPath {
    private static let slash = UInt8(ascii: "/")

    private let bytes: ArraySlice<UInt8>
    /// Whether the path begins with `lib/`, whatever it was called.
    private let isLibrary: Bool

    init(_ path: ArraySlice<UInt8>) {
        var rest = Self.dropping("usr/", from: path)
        rest = Self.dropping("local/", from: rest)
        for name in ["lib/", "lib64/", "lib32/", "libx32/"] where rest.starts(with: name.utf8) {
            rest = rest.dropFirst(name.utf8.count)
            if let cut = rest.firstIndex(of: Self.slash), Self.isTriplet(rest[..<cut]) { rest = rest[(cut + 1)...] }
            (bytes, isLibrary) = (rest, true)
            return
        }
        (bytes, isLibrary) = (rest.starts(with: "sbin/".utf8) ? rest.dropFirst() : rest, false)
    }

    /// The number of the first rule that fits.
    var rule: Int? {
        let rules = isLibrary ? AnatomyTable.libraryRules : AnatomyTable.otherRules
        return rules.first { $0.pattern.matches(bytes) }?.number
    }

    private static func dropping(_ prefix: String, from path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        path.starts(with: prefix.utf8) ? path.dropFirst(prefix.utf8.count) : path
    }

    /// Such as `x86_64-linux-gnu`.
    private static func isTriplet(_ name: ArraySlice<UInt8>) -> Bool {
        let parts = name.split(separator: UInt8(ascii: "-"))
        return parts.count >= 3 && parts[1].elementsEqual("linux".utf8)
    }
}

/// A path in which `*` stands for anything within a name; one that ends with `/` means all below.
struct AnatomyPattern: Sendable {
    private let parts: [[UInt8]]
    private let isDirectory: Bool
    /// What the path must begin with: most paths fail here.
    private let start: [UInt8]

    init(_ text: String) {
        isDirectory = text.isEmpty || text.hasSuffix("/")
        parts = text.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        start = Array(text.utf8.prefix { $0 != UInt8(ascii: "*") })
    }

    func matches(_ path: ArraySlice<UInt8>) -> Bool {
        guard path.count >= start.count, path.starts(with: start) else { return false }
        var rest = path
        for (number, part) in parts.enumerated() {
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard Self.matches(rest[..<end], part[...]) else { return false }
            let isLast = number == parts.count - 1
            if end == rest.endIndex { return isLast && !isDirectory }
            if isLast { return isDirectory }
            rest = rest[(end + 1)...]
        }
        return isDirectory
    }

    private static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return name.elementsEqual(pattern) }
        let (head, tail) = (pattern[..<star], pattern[(star + 1)...])
        guard name.starts(with: head) else { return false }
        let rest = name.dropFirst(head.count)
        if tail.isEmpty { return true }
        return rest.indices.contains { matches(rest[$0...], tail) } || matches(rest[rest.endIndex...], tail)
    }
}
