// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

/// The person's own settings: lines `key = value` in `$XDG_CONFIG_HOME/plinth/config`, else `~/.config/plinth/config`.
///
/// A line that begins with `#` is a comment. Keys: `mirror.debian`, `mirror.debian-security`, `snapshot.debian`,
/// `keyring.debian`, and the same for `ubuntu`.
struct UserConfiguration: Sendable {
    /// Nil when neither variable says where it would be.
    let path: FilePath?
    private var values: [String: String] = [:]

    private static let keys = Distribution.Family.allCases.map(\.rawValue).flatMap { family in
        ["mirror.\(family)", "mirror.\(family)-security", "snapshot.\(family)", "keyring.\(family)"]
    }

    /// - Throws: `Problem` with code `configuration.line` or `configuration.key`.
    init(_ environment: Environment, _ files: MachineFiles) throws {
        path = Self.path(environment)
        guard let path, let bytes = try files.read(path) else { return }
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() { try read(line, at: "\(path):\(index + 1)") }
    }

    subscript(key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

    private static func path(_ environment: Environment) -> FilePath? {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            return FilePath(folder).appending("plinth/config")
        }
        return environment["HOME"].map { FilePath($0).appending(".config/plinth/config") }
    }

    private mutating func read(_ line: Substring, at place: String) throws {
        let text = trimmed(line)
        if text.isEmpty || text.hasPrefix("#") { return }
        guard let equals = text.firstIndex(of: "=") else {
            throw Problem(
                "configuration.line", "A line of the configuration is not a setting", at: place,
                hints: ["write it as key = value"], kind: .usage)
        }
        let key = String(trimmed(text[..<equals]))
        guard Self.keys.contains(key) else {
            let near = nearestNames(to: key, among: Self.keys)
            throw Problem(
                "configuration.key", "There is no setting called \(key)", at: place,
                hints: near.isEmpty
                    ? ["the settings are \(Self.keys.joined(separator: ", "))"] : ["did you mean \(near[0])?"],
                kind: .usage)
        }
        values[key] = String(trimmed(text[equals...].dropFirst()))
    }

    private func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { start[...$0] } ?? ""
    }
}
