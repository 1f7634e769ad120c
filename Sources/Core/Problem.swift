// SPDX-License-Identifier: Apache-2.0

/// What a person is told when something cannot be done.
///
/// Create it where the fact is known; a caller may add hints or a place, and never replaces the cause.
package struct Problem: Error, Sendable {
    /// How the program ends because of it.
    package enum Kind: Sendable {
        /// The work could not be done (exit 2).
        case couldNot
        /// There is not enough to judge by (exit 3).
        case couldNotJudge
        /// The command or recipe was used wrongly (exit 64).
        case usage
        /// Our own mistake (exit 70).
        case bug
    }

    package var kind: Kind
    /// Stable and dotted, such as `archive.truncated`: for scripts, never reworded.
    package let code: String
    /// One sentence without a full stop: what went wrong.
    package let what: String
    /// The file, address, package or line it concerns.
    package var place: String?
    /// Why it is so, as far as known.
    package var why: String?
    /// What a person can do about it, most useful first.
    package var hints: [String]
    package var cause: (any Error)?

    package init(
        _ code: String, _ what: String, at place: String? = nil, why: String? = nil, hints: [String] = [],
        cause: (any Error)? = nil, kind: Kind = .couldNot
    ) {
        self.kind = kind
        self.code = code
        self.what = what
        self.place = place
        self.why = why
        self.hints = hints
        self.cause = cause
    }

    /// The same problem with the place filled in, if it had none.
    package func at(_ place: String) -> Problem {
        var copy = self
        copy.place = copy.place ?? place
        return copy
    }
}

extension Problem: CustomStringConvertible {
    package var description: String {
        var text = "\(what) [\(code)]"
        if let place { text += " at \(place)" }
        if let why { text += ": \(why)" }
        if let cause { text += " (\(cause))" }
        return text
    }
}
