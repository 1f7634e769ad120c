// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthPackages

/// A compiled Debian index as the resolver sees it.
struct IndexSource: PackageSource {
    let index: CompiledIndex
    let priority: Int
    let label: String

    // The index's CRC-32 was right when it was opened, so nothing below can find it damaged.
    func versions(of name: String) -> [PackageRecord] { records { try index.versions(of: name) } }
    func providers(of name: String) -> [PackageRecord] { records { try index.providers(of: name).map(\.package) } }
    func names() -> [String] { (try? index.names()) ?? [] }
    func essentialNames() -> [String] { records { try index.essentials() }.map(\.name) }
    func required() -> [String] { records { try index.packages(priority: .required) }.map(\.name) }

    private func records(_ references: () throws -> [PackageRef]) -> [PackageRecord] {
        ((try? references()) ?? []).compactMap { try? index.record($0) }
    }
}
