// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// A repository of `etc/apk/repositories`: an address or a path, and perhaps a tag.
///
/// See apk-repositories(5).
package struct ApkRepository: Hashable, Sendable {
    /// Without the `@`: packages come from here only when they are asked for with it. nil for the others.
    package let tag: String?
    /// Without a slash at the end.
    package let address: String

    package init(tag: String? = nil, address: String) {
        self.tag = tag
        var address = address
        while address.count > 1, address.hasSuffix("/") { address.removeLast() }
        self.address = address
    }

    package func indexAddress(architecture: String) -> String { "\(address)/\(architecture)/APKINDEX.tar.gz" }

    package func packageAddress(_ record: ApkRecord, architecture: String) -> String {
        "\(address)/\(architecture)/\(record.fileName)"
    }

    /// A line such as `@edge https://example.org/edge/main`; nil for an empty line or a comment.
    /// - Throws: `Problem` with code `apk.repository`.
    package init?(line: String, place: String) throws(Problem) {
        var file = RepositoriesFile()
        guard let found = try file.read(line, place).first else { return nil }
        self = found
    }

    /// The repositories of a file, in its order. Lines of apk 3 (`v2`, `set`, components) are understood; those that
    /// name indexes of its own kind are refused.
    /// - Throws: `Problem` with code `apk.repository` naming the line.
    package static func parse(_ bytes: [UInt8], place: String) throws(Problem) -> [ApkRepository] {
        var file = RepositoriesFile()
        var result: [ApkRepository] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            result += try file.read(String(decoding: line, as: UTF8.self), "\(place):\(number)")
        }
        return result
    }

    /// As it stands in the file, without the line's end.
    package var line: String { (tag.map { "@\($0) " } ?? "") + address }

    /// The content of the file.
    package static func file(_ repositories: [ApkRepository]) -> [UInt8] {
        Array(repositories.map { $0.line + "\n" }.joined().utf8)
    }
}

/// Reads lines, and keeps the variables that they set.
private struct RepositoriesFile {
    private var variables: [String: String] = [:]

    mutating func read(_ line: String, _ place: String) throws(Problem) -> [ApkRepository] {
        var words = ApkValue.words(line.utf8.filter { $0 != UInt8(ascii: "\r") })[...]
        guard let first = words.first, !first.hasPrefix("#") else { return [] }
        if first == "set" {
            try set(words.dropFirst(), place)
            return []
        }
        if ["v2", "v3", "ndx"].contains(first) {
            words.removeFirst()
            if first != "v2" { throw bad(place, "“\(first)” names an index of apk 3, which is not supported yet") }
        }
        var tag: String?
        if let word = words.first, word.hasPrefix("@") {
            words.removeFirst()
            tag = String(word.dropFirst())
            guard let tag, ApkValue.isWord(tag) else { throw bad(place, "a tag needs a name behind the @") }
        }
        guard let address = words.popFirst() else { throw bad(place, "the address is missing") }
        let base = try expand(address, place)
        try check(base, place)
        if words.isEmpty { return [ApkRepository(tag: tag, address: base)] }
        var result: [ApkRepository] = []
        for component in words {
            result.append(ApkRepository(tag: tag, address: base + "/" + (try expand(component, place))))
        }
        return result
    }

    private func check(_ address: String, _ place: String) throws(Problem) {
        if address.hasSuffix(".adb") { throw bad(place, "an index of apk 3 is not supported yet") }
        if address.hasSuffix(".tar.gz") {
            throw bad(place, "the address must be that of the repository, not of its index")
        }
        let schemes = ["http://", "https://", "file://", "/"]
        guard schemes.contains(where: address.hasPrefix) else {
            throw bad(place, "“\(address)” is neither an address nor an absolute path")
        }
    }

    /// `set [-default] name=value`
    private mutating func set(_ words: ArraySlice<String>, _ place: String) throws(Problem) {
        let isDefault = words.first == "-default"
        let rest = isDefault ? words.dropFirst() : words
        guard rest.count == 1, let word = rest.first, let cut = word.firstIndex(of: "=") else {
            throw bad(place, "set needs one name=value")
        }
        let name = String(word[..<cut])
        guard Self.isVariable(name), !name.hasPrefix("APK_") else { throw bad(place, "“\(name)” cannot be set") }
        if isDefault, variables[name] != nil { return }
        variables[name] = try expand(String(word[word.index(after: cut)...]), place)
    }

    private func expand(_ text: String, _ place: String) throws(Problem) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw bad(place, "“\(text)” has no } behind its ${")
            }
            let name = String(rest[start.upperBound..<end])
            guard let value = variables[name] else { throw bad(place, "the variable \(name) is not set") }
            result += rest[..<start.lowerBound] + value
            rest = rest[rest.index(after: end)...]
            guard result.utf8.count < 4096 else { throw bad(place, "the address is too long") }
        }
        return result + rest
    }

    private static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, (first | 0x20) &- 0x61 < 26 else { return false }
        return name.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") }
    }

    private func bad(_ place: String, _ why: String) -> Problem {
        Problem("apk.repository", "A repository cannot be used", at: place, why: why, kind: .usage)
    }
}
