// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// One line of sysusers.d(5).
package struct SysusersLine: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        /// `u`; with `!` the account is expired.
        case user(isExpired: Bool)
        case group
        /// The user named becomes a member.
        case member(of: String)
        /// Numbers to choose from.
        case range(ClosedRange<UInt32>)
    }

    package enum Group: Equatable, Sendable {
        case number(UInt32)
        case name(String)
    }

    package var action: Action
    /// Of the user or group; empty for a range.
    package var name: String
    /// The user's number, or the group's.
    package var number: UInt32?
    /// The user's main group.
    package var group: Group?
    /// The file whose owner gives the number.
    package var file: TreePath?
    package var comment = ""
    package var home = "/"
    package var shell: String?

    package static func parse(_ bytes: [UInt8], _ specifiers: Specifiers) -> ConfigurationLines<SysusersLine> {
        ConfigurationLines(bytes) { (line) throws(ConfigurationFault.Reason) in try SysusersLine(line, specifiers) }
    }

    package init(action: Action, name: String) {
        self.action = action
        self.name = name
    }

    private init(_ line: ArraySlice<UInt8>, _ specifiers: Specifiers) throws(ConfigurationFault.Reason) {
        var words = ConfigurationWords(line, unescapes: false)
        var fields: [[UInt8]] = []
        while let word = try words.next() { fields.append(word) }
        guard (2...6).contains(fields.count) else { throw .fields }
        func field(_ index: Int) throws(ConfigurationFault.Reason) -> String? {
            guard fields.count > index, let bytes = fields[index].field else { return nil }
            return String(decoding: try specifiers.expand(bytes), as: UTF8.self)
        }
        func none(from index: Int) throws(ConfigurationFault.Reason) {
            guard fields.dropFirst(index).allSatisfy({ $0.field == nil }) else { throw .fields }
        }
        name = try field(1) ?? ""
        let word = String(decoding: fields[0], as: UTF8.self)
        let number = try field(2)
        switch word {
        case "u", "u!":
            action = .user(isExpired: word == "u!")
            if let number { try readNumber(number, isUser: true) }
            comment = try Self.checked(field(3) ?? "")
            home = try Self.absolute(field(4) ?? "/")
            shell = try field(5).map { (text) throws(ConfigurationFault.Reason) in try Self.absolute(text) }
        case "g":
            action = .group
            if let number { try readNumber(number, isUser: false) }
            try none(from: 3)
        case "m":
            guard let number, Self.isName(number) else { throw .name(number ?? "") }
            action = .member(of: number)
            try none(from: 3)
        case "r":
            guard name.isEmpty, let number else { throw .fields }
            action = .range(try Self.range(number))
            try none(from: 3)
            return
        default: throw .action(word)
        }
        guard Self.isName(name) else { throw .name(name) }
    }

    /// `7`, `/path`, and for users `7:8`, `7:group`, `-:8`, `-:group`.
    private mutating func readNumber(_ text: String, isUser: Bool) throws(ConfigurationFault.Reason) {
        if text.hasPrefix("/") {
            guard let path = TreePath(text: text), !path.isRoot else { throw .path(text) }
            file = path
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            guard isUser else { throw .number(text) }
            if let number = Self.number(parts[1]) {
                group = .number(number)
            } else {
                guard Self.isName(parts[1]) else { throw .name(parts[1]) }
                group = .name(parts[1])
            }
            if parts[0] == "-" { return }
        }
        guard let value = Self.number(parts[0]) else { throw .number(text) }
        number = value
    }

    private static func range(_ text: String) throws(ConfigurationFault.Reason) -> ClosedRange<UInt32> {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { number(String($0)) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { throw .number(text) }
        return first...last
    }

    /// The two highest numbers mean “none” to the kernel.
    private static func number(_ text: String) -> UInt32? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(text),
            number != .max, number != 65535
        else { return nil }
        return number
    }

    /// What may stand in the account files without breaking them.
    private static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 255, first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
            !bytes.allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f && !":,/".utf8.contains($0) }
    }

    private static func checked(_ text: String) throws(ConfigurationFault.Reason) -> String {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: ":") }) else { throw .name(text) }
        return text
    }

    private static func absolute(_ text: String) throws(ConfigurationFault.Reason) -> String {
        let text = try checked(text)
        guard text.hasPrefix("/"), let path = TreePath(text: text) else { throw .path(text) }
        return "/\(path)"
    }
}
