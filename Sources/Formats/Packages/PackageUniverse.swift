// SPDX-License-Identifier: Apache-2.0

/// A record that may be installed, and the source that offers it.
package struct Candidate: Sendable {
    package let record: PackageRecord
    /// The label of the source.
    package let source: String
    /// The pin of the source.
    package let priority: Int

    package init(record: PackageRecord, source: String, priority: Int) {
        self.record = record
        self.source = source
        self.priority = priority
    }
}

/// Everything that may be installed on one architecture, answered name by name.
///
/// The seam between the resolver and the families: Debian's, Alpine's and RPM's indexes all answer these questions.
package protocol PackageUniverse: Sendable {
    /// The architecture that is installed; records of `all` belong to it too.
    var architecture: String { get }
    /// The candidates of a name, the one that policy takes first: highest priority, then newest, then earliest source.
    func candidates(of name: String) throws -> [Candidate]
    /// The names of packages of which some version provides `name`.
    func providerNames(of name: String) throws -> [String]
    /// Below zero when the left version is older, above when newer: the family's order.
    func compare(_ left: String, _ right: String) -> Int
    /// The packages that every system must have.
    func essentialNames() throws -> [String]
    /// How early the name is mentioned; see `PackageSource.firstMention`.
    func firstMention(of name: String) throws -> Int?
    /// Every package name that can be installed: to suggest what a mistyped one meant.
    func names() throws -> [String]
    /// The other architectures that offer a name.
    func otherArchitectures(of name: String) throws -> [String]
}
