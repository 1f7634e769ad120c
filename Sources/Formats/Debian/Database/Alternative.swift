// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// One name of the alternatives system: what its file in `var/lib/dpkg/alternatives` says.
/// See update-alternatives(1).
package struct Alternative: Sendable, Equatable {
    /// A link that follows the main one.
    package struct Follower: Sendable, Equatable {
        package var name: String
        /// The generic link, such as `/usr/share/man/man1/editor.1.gz`.
        package var link: String
    }

    package struct Candidate: Sendable, Equatable {
        package var path: String
        package var priority: Int
        /// Where the followers' links lead, by the followers' names.
        package var followers: [String: String]
    }

    package var name: String
    /// The generic link, such as `/usr/bin/editor`.
    package var link: String
    package var isAutomatic = true
    /// Sorted by name.
    package private(set) var followers: [Follower] = []
    /// Sorted by path.
    package private(set) var candidates: [Candidate] = []

    package init(name: String, link: String) {
        self.name = name
        self.link = link
    }

    /// What automatic mode chooses: the highest priority; the first path when several have it.
    package var best: Candidate? {
        candidates.reduce(nil) { best, next in
            guard let best, best.priority >= next.priority else { return next }
            return best
        }
    }

    /// Adds a candidate, or replaces the one of the same path.
    /// - Throws: `Problem` with code `alternatives.conflict` when the generic link differs from the one known.
    package mutating func add(_ installation: AlternativeInstallation) throws(Problem) {
        guard installation.name == name, installation.link == link else {
            throw Problem(
                "alternatives.conflict", "Two packages disagree about an alternative", at: name,
                why: "its link is \(link), and also \(installation.link)")
        }
        for follower in installation.followers { add(follower.name, link: follower.link) }
        let paths = installation.followers.map { ($0.name, $0.path) }
        candidates.removeAll { $0.path == installation.path }
        candidates.append(
            Candidate(
                path: installation.path, priority: installation.priority,
                followers: Dictionary(paths, uniquingKeysWith: { $1 })))
        candidates.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private mutating func add(_ name: String, link: String) {
        if let known = followers.firstIndex(where: { $0.name == name }) {
            followers[known].link = link
            return
        }
        followers.append(Follower(name: name, link: link))
        followers.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The links of a candidate: the generic ones lead to `etc/alternatives`, and those to the candidate.
    ///
    /// update-alternatives leaves out a follower whose target does not exist; so should the caller.
    package func links(to candidate: Candidate) -> [(name: String, link: String, target: String)] {
        [(name, link, candidate.path)]
            + followers.compactMap { follower in
                candidate.followers[follower.name].map { (follower.name, follower.link, $0) }
            }
    }
}

extension Alternative {
    /// The bytes of the file.
    package var bytes: [UInt8] {
        var lines = [isAutomatic ? "auto" : "manual", link]
        for follower in followers { lines += [follower.name, follower.link] }
        lines.append("")
        for candidate in candidates {
            lines += [candidate.path, "\(candidate.priority)"]
            lines += followers.map { candidate.followers[$0.name] ?? "" }
        }
        lines.append("")
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    /// - Throws: `Problem` with code `alternatives.syntax`.
    package init(name: String, parsing bytes: [UInt8]) throws(Problem) {
        var lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }[...]
        guard let mode = lines.popFirst(), mode == "auto" || mode == "manual", let link = lines.popFirst(),
            link.hasPrefix("/")
        else { throw Self.broken(name, "it does not begin with auto or manual and a link") }
        self.init(name: name, link: link)
        isAutomatic = mode == "auto"
        while let follower = lines.popFirst(), !follower.isEmpty {
            guard let link = lines.popFirst(), link.hasPrefix("/") else { throw Self.broken(name, "a link is missing") }
            followers.append(Follower(name: follower, link: link))
        }
        while let path = lines.popFirst(), !path.isEmpty {
            guard let number = lines.popFirst(), let priority = Int(number), lines.count >= followers.count else {
                throw Self.broken(name, "a candidate is cut short")
            }
            var candidate = Candidate(path: path, priority: priority, followers: [:])
            for follower in followers {
                guard let target = lines.popFirst() else { break }
                if !target.isEmpty { candidate.followers[follower.name] = target }
            }
            candidates.append(candidate)
        }
    }

    private static func broken(_ name: String, _ why: String) -> Problem {
        Problem("alternatives.syntax", "A file of the alternatives system cannot be read", at: name, why: why)
    }
}
