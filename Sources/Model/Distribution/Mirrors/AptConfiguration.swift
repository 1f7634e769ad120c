// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import SystemPackage

/// One suite of one archive that this machine's apt uses, sources.list(5).
struct AptEntry: Hashable, Sendable {
    var baseURL: String
    var suite: String
    var components: [String]
    var keyrings: [FilePath] = []
    /// Whether it is signed by a key that is written out or named by its fingerprint.
    var hasOtherKey = false
    var checkValidUntil = true
}

/// What this machine's apt is configured to use.
struct AptConfiguration: Sendable {
    private(set) var entries: [AptEntry] = []
    /// Files that could not be read, with why: they matter only when nothing else serves.
    private(set) var unread: [String] = []
    private let files: MachineFiles

    /// Reads `/etc/apt/sources.list` and `/etc/apt/sources.list.d/*.{list,sources}` in apt's order.
    init(_ files: MachineFiles) {
        self.files = files
        add("/etc/apt/sources.list") { $0.addLines($1) }
        let folder: FilePath = "/etc/apt/sources.list.d"
        let names = (try? files.list(folder)) ?? []
        for name in names.sorted() where name.utf8.allSatisfy(Self.isFileNameByte) {
            if name.hasSuffix(".list") { add(folder.appending(name)) { $0.addLines($1) } }
            if name.hasSuffix(".sources") { add(folder.appending(name)) { try $0.addParagraphs($1) } }
        }
    }

    /// The rest is ignored by apt, such as what a package manager's upgrade left behind.
    private static func isFileNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func add(_ path: FilePath, _ read: (inout AptConfiguration, [UInt8]) throws -> Void) {
        do {
            if let bytes = try files.read(path) { try read(&self, bytes) }
        } catch {
            unread.append("\(path): \(error)")
        }
    }

    // MARK: Both formats

    private struct Wish {
        var addresses: [String] = []
        var suites: [String] = []
        var components: [String] = []
        var signedBy = ""
        var checkValidUntil = true
    }

    private mutating func add(_ wish: Wish) {
        guard let base = wish.addresses.compactMap({ address($0) }).first else { return }
        let words = wish.signedBy.contains("-----BEGIN") ? [] : wish.signedBy.split { $0.isWhitespace || $0 == "," }
        let keyrings = words.filter { $0.hasPrefix("/") }.map { FilePath(String($0)) }
        for suite in wish.suites where !suite.hasSuffix("/") && !suite.contains("$(") {
            entries.append(
                AptEntry(
                    baseURL: base, suite: suite, components: wish.components, keyrings: keyrings,
                    hasOtherKey: keyrings.isEmpty && !wish.signedBy.isEmpty, checkValidUntil: wish.checkValidUntil))
        }
    }

    /// An address that we can read from; nil for `cdrom:` and the like.
    private func address(_ text: String) -> String? {
        guard !text.contains("$(") else { return nil }
        let list = "mirror+file:"
        guard text.hasPrefix(list) else { return MirrorAddress.normal(text) }
        var path = text.dropFirst(list.count)
        while path.hasPrefix("//") { path = path.dropFirst() }
        guard path.hasPrefix("/"), let bytes = try? files.read(FilePath(String(path))) else { return nil }
        return Self.lines(bytes).compactMap { line in
            line.split(whereSeparator: \.isWhitespace).first.flatMap { MirrorAddress.normal($0) }
        }.first
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { $0.prefix { $0 != "#" } }
    }

    // MARK: One line each

    private mutating func addLines(_ bytes: [UInt8]) {
        for line in Self.lines(bytes) { addLine(line) }
    }

    private mutating func addLine(_ line: Substring) {
        var rest = line.drop(while: \.isWhitespace)
        guard rest.hasPrefix("deb"), let blank = rest.dropFirst(3).first, blank.isWhitespace || blank == "[" else {
            return
        }
        rest = rest.dropFirst(3).drop(while: \.isWhitespace)
        var wish = Wish()
        if rest.hasPrefix("[") {
            guard let close = rest.firstIndex(of: "]") else { return }
            Self.read(options: rest[..<close].dropFirst(), into: &wish)
            rest = rest[close...].dropFirst()
        }
        let words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count >= 2 else { return }
        wish.addresses = [words[0]]
        wish.suites = [words[1]]
        wish.components = Array(words.dropFirst(2))
        add(wish)
    }

    private static func read(options: Substring, into wish: inout Wish) {
        for option in options.split(whereSeparator: \.isWhitespace) {
            let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            switch parts[0].lowercased() {
            case "signed-by": wish.signedBy = parts[1]
            case "check-valid-until": wish.checkValidUntil = !isNo(parts[1])
            default: break
            }
        }
    }

    // MARK: Paragraphs

    private mutating func addParagraphs(_ bytes: [UInt8]) throws {
        for paragraph in try Deb822Paragraph.parse(bytes, allowsComments: true) {
            let types = Self.words(paragraph["Types"])
            guard types.contains("deb"), !Self.isNo(paragraph["Enabled"] ?? "yes") else { continue }
            add(
                Wish(
                    addresses: Self.words(paragraph["URIs"]), suites: Self.words(paragraph["Suites"]),
                    components: Self.words(paragraph["Components"]), signedBy: paragraph["Signed-By"] ?? "",
                    checkValidUntil: !Self.isNo(paragraph["Check-Valid-Until"] ?? "yes")))
        }
    }

    private static func words(_ value: String?) -> [String] {
        (value ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// apt's words for no.
    private static func isNo(_ text: String) -> Bool {
        ["no", "false", "without", "off", "disable", "0"].contains(text.lowercased())
    }
}
