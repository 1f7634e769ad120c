// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Where packages come from: the text of a repository's index, or records.
package struct ApkSource: Sendable {
    /// The tag of the repository without `@`; nil when it is open to everything.
    package var tag: String?
    /// False when nothing can be fetched from it now.
    package var isReachable: Bool
    /// What people call it.
    package var label: String
    /// Stanzas of lines `X:value`, as in `APKINDEX` and in the installed database.
    package var text: [UInt8]

    package init(text: [UInt8], label: String, tag: String? = nil, isReachable: Bool = true) {
        self.text = text
        self.label = label
        self.tag = tag
        self.isReachable = isReachable
    }

    package init(records: [ApkCandidate], label: String, tag: String? = nil, isReachable: Bool = true) {
        self.init(text: records.flatMap { Array($0.stanza.utf8) }, label: label, tag: tag, isReachable: isReachable)
    }
}

extension ApkCandidate {
    /// The lines that the resolver reads, with an empty one behind them.
    package var stanza: String {
        var text = ""
        func line(_ letter: String, _ value: String) {
            if !value.isEmpty { text += letter + ":" + value + "\n" }
        }
        line("C", identity)
        line("P", name)
        line("V", version)
        line("A", architecture)
        if size != 0 { line("S", "\(size)") }
        line("I", "\(installedSize)")
        line("o", origin ?? "")
        if providerPriority != 0 { line("k", "\(providerPriority)") }
        line("D", depends)
        line("p", provides)
        line("i", installIf)
        line("r", replaces)
        if replacesPriority != 0 { line("q", "\(replacesPriority)") }
        line("s", tag ?? "")
        if !isUnderstood { line("X", "x") }
        return text + "\n"
    }

    /// Reads every package of an index or an installed database.
    /// - Throws: `Problem` with code `apk.syntax`.
    package static func parse(_ text: [UInt8], place: String) throws(Problem) -> [ApkCandidate] {
        var reader = StanzaReader(place: place)
        var found: [ApkCandidate] = []
        while let stanza = try reader.next(text.span) { found.append(stanza.record(text)) }
        return found
    }
}
