// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthPackages

/// A compiled Debian index as the resolver sees it.
struct IndexSource: PackageSource {
    let index: CompiledIndex
    let priority: Int
    let label: String

    func versions(of name: String) throws -> [PackageRecord] {
        try records { try index.versions(of: name) }
    }

    func providers(of name: String) throws -> [PackageRecord] {
        try records { try index.providers(of: name).map(\.package) }
    }

    func providerNames(of name: String) throws -> [String] {
        try index.providers(of: name).map { try index.name(of: $0.package) }
    }

    func names() throws -> [String] { try index.names() }
    func firstMention(of name: String) throws -> Int? { try index.firstMention(of: name) }
    func essentialNames() throws -> [String] { try index.essentials().map { try index.name(of: $0) } }

    /// The names of the packages of priority “required”.
    func required() throws -> [String] {
        try index.packages(priority: .required).map { try index.name(of: $0) }
    }

    private func records(_ references: () throws -> [PackageRef]) throws -> [PackageRecord] {
        var records: [PackageRecord] = []
        for reference in try references() { records.append(try index.record(reference)) }
        return records
    }
}
