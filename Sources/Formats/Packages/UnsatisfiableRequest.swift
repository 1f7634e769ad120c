// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Why a request cannot be met: few requirements that cannot hold together, none of which could be left out.
package struct UnsatisfiableRequest: Error, Hashable, Sendable {
    /// A sentence for each requirement, from what was asked for towards the contradiction.
    package let requirements: [String]

    package init(requirements: [String]) { self.requirements = requirements }

    /// What a person is told, with this value as its cause.
    package var problem: Problem {
        Problem(
            "resolve.unsatisfiable", "The packages cannot be installed together",
            why: requirements.joined(separator: "; "), cause: self)
    }
}

extension UnsatisfiableRequest: CustomStringConvertible {
    package var description: String { "none of these requirements could be left out" }
}
