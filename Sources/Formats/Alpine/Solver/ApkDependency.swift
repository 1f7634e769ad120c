// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// A constraint: `[!]name[@tag][sign version]`, in `world`, and in what packages depend on, provide, replace and are
/// installed by.
///
/// Names may hold `: / , [ ]`, as in `so:libssl.so.3` and `/bin/sh`. See apk-world(5).
package struct ApkDependency: Hashable, Sendable {
    /// `!name`: nothing that matches may be installed.
    package var isConflict: Bool
    package var name: String
    /// The repositories with this tag may be used too.
    package var tag: String?
    package var comparison: ApkComparison
    /// Empty without a comparison.
    package var version: String

    package init(
        _ name: String, isConflict: Bool = false, tag: String? = nil, comparison: ApkComparison = .any,
        version: String = ""
    ) {
        self.isConflict = isConflict
        self.name = name
        self.tag = tag
        self.comparison = comparison
        self.version = version
    }

    /// Reads one constraint.
    /// - Throws: `Problem` with code `resolve.badRequest`.
    package init(parsing text: String) throws(Problem) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            let parts = try? DependencyText(bytes.span, 0..<bytes.count)
        else {
            throw Problem(
                "resolve.badRequest", "Not a package request: \(text)",
                hints: ["write name, name=1.2-r0, name>=1.2, name~1.2, name@tag or !name"], kind: .usage)
        }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        self.init(
            part(parts.name), isConflict: parts.isConflict, tag: parts.tag.map(part), comparison: parts.comparison,
            version: part(parts.version))
    }

    /// Reads a list divided by blanks, such as the value of `D:`.
    /// - Throws: `Problem` with code `resolve.badRequest` for the first word that is none.
    package static func list(_ text: String) throws(Problem) -> [ApkDependency] {
        var found: [ApkDependency] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            found.append(try ApkDependency(parsing: String(word)))
        }
        return found
    }

    /// Whether a package of this name and version is meant, apart from `isConflict`. An identity is not looked at.
    package func matches(name: String, version: String) -> Bool {
        guard name.utf8.elementsEqual(self.name.utf8) else { return false }
        if comparison.isSuperset(of: .any) { return true }
        let (left, right) = (version.utf8.span, self.version.utf8.span)
        return comparison.admits(
            comparison.contains(.prefix)
                ? AlpineVersion.compare(left, toPrefix: right) : AlpineVersion.compare(left, right))
    }
}

extension ApkDependency: CustomStringConvertible {
    package var description: String {
        (isConflict ? "!" : "") + name + (tag.map { "@" + $0 } ?? "")
            + (version.isEmpty ? "" : comparison.description + version)
    }
}
