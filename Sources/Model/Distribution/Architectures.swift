// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthOCI

/// Processors under the names that the distribution gives them.
extension Distribution {
    /// The distribution's word for what a person writes: `amd64`, `x86_64`, `arm64/v8`, `linux/arm/v7`.
    /// - Throws: `Problem` with code `architecture.unknown`.
    package func architecture(parsing text: String) throws -> String {
        guard family.isApk else { return try DebianArchitecture(parsing: text).name }
        // Where the families mean different things by a word it is this one's: Alpine's armhf is arm/v6.
        if let own = OCIPlatform(alpine: text.lowercased()) { return own.alpineArchitecture ?? text }
        if let name = OCIPlatform(parsing: text.lowercased())?.alpineArchitecture { return name }
        let known = OCIPlatform.known.compactMap(\.alpineArchitecture)
        let near = nearestNames(to: text.lowercased(), among: known)
        throw Problem(
            "architecture.unknown", "\(family.title) has no packages for this processor", at: text,
            hints: (near.first.map { ["did you mean \($0)?"] } ?? []) + ["it has \(known.joined(separator: ", "))"],
            kind: .usage)
    }

    /// The processor that this program was compiled for; nil when the distribution has no packages for it.
    package var architectureOfThisMachine: String? {
        guard let own = DebianArchitecture.ofThisMachine else { return nil }
        return family.isApk ? own.platform.alpineArchitecture : own.name
    }

    /// The platform of one of the distribution's words.
    package func platform(of architecture: String) -> OCIPlatform {
        guard family.isApk else { return OCIPlatform(debian: architecture) }
        return OCIPlatform(alpine: architecture) ?? OCIPlatform(architecture: architecture)
    }
}

extension Distribution.Family {
    /// Whether its packages are `.apk` files.
    package var isApk: Bool { self == .alpine || self == .wolfi }
}
