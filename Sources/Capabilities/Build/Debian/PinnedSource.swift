// SPDX-License-Identifier: Apache-2.0
import PlinthPackages

/// The versions of an earlier lock, as far as an index still has them: they win over newer ones.
struct PinnedSource: PackageSource {
    let source: IndexSource
    /// Versions by package name.
    let versions: [String: String]
    let priority = 990

    var label: String { source.label }
    func versions(of name: String) throws -> [PackageRecord] { kept(try source.versions(of: name)) }
    func providers(of name: String) throws -> [PackageRecord] { kept(try source.providers(of: name)) }
    func names() -> [String] { Array(versions.keys) }
    func essentialNames() -> [String] { [] }
    func firstMention(of name: String) throws -> Int? { try source.firstMention(of: name) }

    func providerNames(of name: String) throws -> [String] {
        try source.providerNames(of: name).filter { versions[$0] != nil }
    }

    private func kept(_ records: [PackageRecord]) -> [PackageRecord] {
        records.filter { versions[$0.name] == $0.version }
    }
}
