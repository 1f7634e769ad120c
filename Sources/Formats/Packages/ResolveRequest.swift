// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// A package that a person asks for.
package struct RequestedPackage: Hashable, Sendable {
    package var name: String
    /// The architecture after a colon; nil means the target's.
    package var architecture: String?
    package var comparison: VersionOperator
    /// With `equal`, `*` and `?` stand for any characters and any one character.
    package var version: String
    /// Only from sources of this suite (or with exactly this label).
    package var suite: String?

    package init(
        name: String, architecture: String? = nil, comparison: VersionOperator = .any, version: String = "",
        suite: String? = nil
    ) {
        self.name = name
        self.architecture = architecture
        self.comparison = comparison
        self.version = version
        self.suite = suite
    }
}

extension RequestedPackage {
    /// Reads `name[:architecture][=version][/suite]`; for `=` also `>=`, `<=`, `>>`, `<<`, `>` and `<`.
    /// - Throws: `Problem` with code `resolve.badRequest`.
    package init(parsing text: String) throws(Problem) {
        var rest = text[...]
        self.init(name: "")
        let digits = rest.prefix { !"=<>/".contains($0) }
        rest = rest.dropFirst(digits.count)
        let parts = digits.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(parts[0])
        architecture = parts.count > 1 ? String(parts[1]) : nil
        let sign = rest.prefix { "=<>".contains($0) }
        rest = rest.dropFirst(sign.count)
        // A version holds no slash, so the suite begins at the first one.
        let ends = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        version = ends.first.map(String.init) ?? ""
        suite = ends.count > 1 ? String(ends[1]) : nil
        guard let comparison = operators[String(sign)], !name.isEmpty, architecture != "", suite != "",
            sign.isEmpty == version.isEmpty
        else {
            throw Problem(
                "resolve.badRequest", "Not a package request: \(text)",
                hints: ["write name, name=version, name>=version, name:architecture or name/suite"], kind: .usage)
        }
        self.comparison = comparison
    }
}

extension RequestedPackage: CustomStringConvertible {
    package var description: String {
        var text = architecture.map { "\(name):\($0)" } ?? name
        if comparison != .any { text += " (\(comparison) \(version))" }
        if let suite { text += " from \(suite)" }
        return text
    }
}

private let operators: [String: VersionOperator] = [
    "": .any, "=": .equal, ">=": .greaterOrEqual, "<=": .lessOrEqual, ">>": .greater, "<<": .less, ">": .greater,
    "<": .less,
]

/// What to choose.
package struct ResolveRequest: Sendable {
    package var install: [RequestedPackage]
    /// Names that must not be installed, as packages or through a provider.
    package var forbid: [String]
    /// Also the packages that every system must have.
    package var includeEssential: Bool
    /// Also what chosen packages recommend, as far as it can be had.
    package var includeRecommends: Bool
    /// Where a group of alternatives holds the key, the value is tried before it, if it will do.
    package var substitutes: [String: String]
    /// Names that hold without a package.
    package var satisfied: Set<String>

    package init(
        install: [RequestedPackage], forbid: [String] = [], includeEssential: Bool = false,
        includeRecommends: Bool = false, substitutes: [String: String] = [:], satisfied: Set<String> = []
    ) {
        self.install = install
        self.forbid = forbid
        self.includeEssential = includeEssential
        self.includeRecommends = includeRecommends
        self.substitutes = substitutes
        self.satisfied = satisfied
    }
}
