// SPDX-License-Identifier: Apache-2.0

/// One index of one repository: where packages come from.
///
/// A source answers from memory or a mapped file; it may hold several architectures and several versions of a name.
/// What a damaged source throws ends the resolve and reaches the caller.
package protocol PackageSource: Sendable {
    /// The records whose package name is `name`, in any order.
    func versions(of name: String) throws -> [PackageRecord]
    /// The records whose `Provides` holds `name`, in any order.
    func providers(of name: String) throws -> [PackageRecord]
    /// The names of the packages whose `Provides` holds `name`; cheaper than their records.
    func providerNames(of name: String) throws -> [String]
    /// Every package name, in any order. Asked only to explain a failure, and for `essentialNames`.
    func names() throws -> [String]
    /// The packages that every system must have.
    func essentialNames() throws -> [String]
    /// How early the index first mentions the name, as package or in a relation; nil when not known.
    ///
    /// Two providers that are equal in everything else are told apart by it, as apt does: the later one wins.
    func firstMention(of name: String) throws -> Int?
    /// The pin: a version from a source of higher priority wins over a newer one; 0 and less is never taken.
    var priority: Int { get }
    /// What people call it, suite first, such as `trixie-security/main`.
    var label: String { get }
}

extension PackageSource {
    package func providerNames(of name: String) throws -> [String] { try providers(of: name).map(\.name) }

    package func essentialNames() throws -> [String] {
        try names().filter { name in try versions(of: name).contains { $0.isEssential } }
    }

    package func firstMention(of name: String) throws -> Int? { nil }
}
