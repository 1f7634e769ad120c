// SPDX-License-Identifier: Apache-2.0

/// Why a request cannot be met: the packages and names at which it fails, with who wants them and who does not.
package struct ApkConflict: Error, Hashable, Sendable {
    /// A package or name that stands in the way.
    package struct Item: Hashable, Sendable {
        package enum Subject: Hashable, Sendable {
            /// A package of the set: `name-version`.
            case package(String)
            /// A name that several offer and none may be taken for unasked.
            case virtual(String)
            /// A name that nothing offers.
            case missing(String)
        }

        package let subject: Subject
        package let facts: [Fact]
    }

    package struct Fact: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            /// It cannot be installed at all.
            case uninstallable
            /// It is made for another machine: the values are its architecture.
            case architecture
            /// It is there, but only in repositories that may not be used: their tags, or none when they are out of reach.
            case masked
            /// It cannot stand beside these.
            case conflicts
            /// These constraints forbid it.
            case breaks
            /// These constraints ask for it.
            case satisfies
            case providedBy
            case requiredBy
        }

        package let kind: Kind
        package let values: [Reference]
    }

    /// A package, or a constraint and who makes it.
    package struct Reference: Hashable, Sendable {
        package enum Owner: Hashable, Sendable {
            case world
            /// `name-version`, or whatever the fact speaks of.
            case named(String)
        }

        package let owner: Owner
        package let dependency: String?
    }

    /// Constraints of the world that cannot hold together; without any one of them the others can.
    package let requests: [ApkDependency]
    package let items: [Item]
}

extension ApkConflict: CustomStringConvertible {
    /// A sentence for each item, as far as a person wants to read.
    package var description: String {
        let shown = items.prefix(6).map(\.sentence)
        let rest = items.count - shown.count
        return (shown + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "; ")
    }
}

extension ApkConflict.Item {
    /// One sentence that says it all.
    package var sentence: String {
        switch subject {
        case .missing(let name): "no source offers \(name), which \(list(.requiredBy)) needs"
        case .virtual(let name):
            "\(name), which \(list(.requiredBy)) needs, may be \(list(.providedBy, "or")): name one of them"
        case .package(let title): ([title] + trouble).joined(separator: " ")
        }
    }

    private var trouble: [String] {
        var parts: [String] = []
        let wanted = list(.satisfies)
        if !wanted.isEmpty { parts.append("is needed by \(wanted)") }
        if has(.uninstallable) {
            let architecture = list(.architecture)
            parts.append(architecture.isEmpty ? "cannot be installed" : "is made for \(architecture)")
        }
        if has(.masked) {
            let tags = list(.masked)
            parts.append(tags.isEmpty ? "cannot be fetched" : "is only in \(tags), which was not asked for")
        }
        if has(.conflicts) { parts.append("cannot be there together with \(list(.conflicts))") }
        if has(.breaks) { parts.append("is forbidden by \(list(.breaks))") }
        return parts.isEmpty ? ["does not fit"] : [parts.joined(separator: ", but ")]
    }

    private func has(_ kind: ApkConflict.Fact.Kind) -> Bool { facts.contains { $0.kind == kind } }

    private func list(_ kind: ApkConflict.Fact.Kind, _ last: String = "and") -> String {
        var words = facts.filter { $0.kind == kind }.flatMap(\.values).map(\.phrase)
        if words.count > 4 { words = words.prefix(3) + ["\(words.count - 3) more"] }
        guard words.count > 1, let end = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + end
    }
}

extension ApkConflict.Reference {
    fileprivate var phrase: String {
        switch owner {
        case .world: "the request \(dependency ?? "")"
        case .named(let name): dependency.map { "\(name) (\($0))" } ?? name
        }
    }
}
