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

    func names() throws -> [String] { try index.names() }

    func essentialNames() throws -> [String] {
        try records { try index.essentials() }.map(\.name)
    }

    /// The names of the packages of priority “required”.
    func required() throws -> [String] {
        try records { try index.packages(priority: .required) }.map(\.name)
    }

    private func records(_ references: () throws -> [PackageRef]) throws -> [PackageRecord] {
        var records: [PackageRecord] = []
        for reference in try references() { records.append(try index.record(reference)) }
        return records
    }
}
