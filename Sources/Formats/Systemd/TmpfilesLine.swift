// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// One line of tmpfiles.d(5) that makes or changes something.
package struct TmpfilesLine: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        case file
        /// Where it is there already too.
        case truncatedFile
        /// Into files that are there.
        case write(appends: Bool)
        case directory
        /// Of a directory that is there.
        case existingDirectory
        case symlink
        case fifo
        case copy
        case permissions(recursive: Bool)

        /// Whether the line decides what the path is: of several the first counts.
        package var isOwner: Bool { if case .permissions = self { false } else { true } }
    }

    /// How a mode or owner is to be taken.
    package struct Access: Equatable, Sendable {
        package var mode: UInt16?
        /// Bits of the mode count only where the entry has such bits.
        package var isMasked = false
        /// Only where the entry is made.
        package var isModeForNew = false
        package var user: String?
        package var isUserForNew = false
        package var group: String?
        package var isGroupForNew = false
    }

    package var action: Action
    /// `+`: put in the place of what is there.
    package var isForced = false
    /// `=`: what is of another kind gives way.
    package var replacesOthers = false
    /// `?`: a link only to what is there.
    package var needsTarget = false
    /// Absolute; a pattern for actions on what is there.
    package var path: String
    package var access = Access()
    /// The content of a file, the target of a link or the source of a copy.
    package var argument: [UInt8]?

    /// Whether the line is about what is there; its path may then be a pattern.
    package var isPattern: Bool {
        switch action {
        case .write, .existingDirectory, .permissions: true
        default: false
        }
    }

    /// Lines that only boot, that only clean up, and those of running systems are left out.
    package static func parse(_ bytes: [UInt8], _ specifiers: Specifiers) -> ConfigurationLines<TmpfilesLine> {
        ConfigurationLines(bytes) { (line) throws(ConfigurationFault.Reason) in try TmpfilesLine(line, specifiers) }
    }

    private init?(_ line: ArraySlice<UInt8>, _ specifiers: Specifiers) throws(ConfigurationFault.Reason) {
        var words = ConfigurationWords(line, unescapes: true)
        guard let first = try words.next(), let place = try words.next() else { throw .fields }
        var fields: [[UInt8]?] = []
        for _ in 0..<4 { fields.append(try words.next()?.field) }
        let word = String(decoding: first, as: UTF8.self)
        guard let letter = word.first, let flags = Self.flags(word.dropFirst()) else { throw .action(word) }
        if flags.contains("!") || Self.isWithoutTrace(letter) { return nil }
        guard !flags.contains("^"), let action = Self.action(letter, isForced: flags.contains("+")) else {
            throw .action(word)
        }
        self.action = action
        isForced = flags.contains("+")
        replacesOthers = flags.contains("=")
        needsTarget = flags.contains("?")
        let text = String(decoding: try specifiers.expand(place), as: UTF8.self)
        guard text.hasPrefix("/"), let path = TreePath(text: text), path.components.count <= 64 else {
            throw .path(text)
        }
        self.path = "/\(path)"
        try readAccess(fields)
        let rest = Array(words.remainder).field
        argument = try Self.argument(rest, of: action, isEncoded: flags.contains("~"), specifiers)
        if argument == nil {
            switch action {
            case .symlink, .copy: argument = Array("/usr/share/factory\(self.path)".utf8)
            case .write: throw .argument
            default: break
            }
        }
    }

    private mutating func readAccess(_ fields: [[UInt8]?]) throws(ConfigurationFault.Reason) {
        if let text = fields[0] {
            var digits = text[...]
            while let mark = digits.first, mark == UInt8(ascii: "~") || mark == UInt8(ascii: ":") {
                if mark == UInt8(ascii: "~") { access.isMasked = true } else { access.isModeForNew = true }
                digits = digits.dropFirst()
            }
            guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x37).contains($0) }),
                let mode = UInt16(String(decoding: digits, as: UTF8.self), radix: 8), mode <= 0o7777
            else { throw .number(String(decoding: text, as: UTF8.self)) }
            access.mode = mode
        }
        (access.user, access.isUserForNew) = Self.owner(fields[1])
        (access.group, access.isGroupForNew) = Self.owner(fields[2])
    }

    private static func owner(_ text: [UInt8]?) -> (String?, Bool) {
        guard let text else { return (nil, false) }
        let isForNew = text.first == UInt8(ascii: ":")
        return (String(decoding: text.dropFirst(isForNew ? 1 : 0), as: UTF8.self), isForNew)
    }

    private static func argument(
        _ text: [UInt8]?, of action: Action, isEncoded: Bool, _ specifiers: Specifiers
    ) throws(ConfigurationFault.Reason) -> [UInt8]? {
        guard let text else { return nil }
        switch action {
        case .file, .truncatedFile, .write:
            // Base64 is for secrets, which an image should not have.
            guard !isEncoded else { throw .action("~") }
            return try specifiers.expand(CEscapes.decode(text))
        case .symlink: return try specifiers.expand(text)
        case .copy:
            let source = try specifiers.expand(text)
            guard source.first == UInt8(ascii: "/") else { throw .path(String(decoding: source, as: UTF8.self)) }
            return source
        default: return nil
        }
    }
}

extension TmpfilesLine {
    private static func flags(_ text: Substring) -> Set<Character>? {
        let flags = Set(text)
        return flags.count == text.count && flags.isSubset(of: "!-=+~^?$") ? flags : nil
    }

    /// They clean up, or are about file systems that an image has not.
    private static func isWithoutTrace(_ letter: Character) -> Bool { "xXirRhH".contains(letter) }

    private static func action(_ letter: Character, isForced: Bool) -> Action? {
        switch letter {
        case "f": isForced ? .truncatedFile : .file
        case "F": .truncatedFile
        case "w": .write(appends: isForced)
        case "d", "D", "v", "q", "Q": .directory
        case "e": .existingDirectory
        case "L": .symlink
        case "p": .fifo
        case "C": .copy
        case "z", "m": .permissions(recursive: false)
        case "Z": .permissions(recursive: true)
        default: nil
        }
    }
}
