// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage

/// Chooses the files of keys that an archive's signature is checked with.
///
/// In order: `PLINTH_KEYRING` (several with colons between), the setting `keyring.FAMILY`, what apt's entry says
/// (`Signed-By`), the family's own keyring where its package puts it. A keyring in the recipe goes before all.
struct Keyrings {
    let family: Distribution.Family
    let environment: Environment
    let configuration: UserConfiguration
    let files: MachineFiles

    /// - Throws: `Problem` with code `keyring.missing`.
    func keyrings(for mirror: Mirror) throws -> [FilePath] {
        if let text = environment["PLINTH_KEYRING"] {
            return try text.split(separator: ":").map { try required(FilePath(String($0)), from: "PLINTH_KEYRING") }
        }
        if let text = configuration["keyring.\(family.rawValue)"] {
            return [try required(FilePath(text), from: "keyring.\(family.rawValue)")]
        }
        let named = try mirror.keyrings.filter(exists)
        if !named.isEmpty && !mirror.isForOtherRelease { return named }
        // A keyring of one release's keys only must not stop a build of another.
        let usual = try family.keyringCandidates.first(where: exists).map { [$0] } ?? []
        let all = named + usual.filter { !named.contains($0) }
        guard !all.isEmpty else { throw missing() }
        return all
    }

    func required(_ path: FilePath, from setting: String) throws -> FilePath {
        if try exists(path) { return path }
        throw Problem(
            "keyring.missing", "There is no file of signing keys here", at: path.string, why: "\(setting) names it")
    }

    private func exists(_ path: FilePath) throws -> Bool { try files.read(path)?.isEmpty == false }

    private func missing() -> Problem {
        Problem(
            "keyring.missing", "This machine has no keys to check \(family.title)'s signatures with",
            at: family.keyringCandidates[0].string,
            hints: [
                "install the package \(family.keyringPackage)",
                "or set PLINTH_KEYRING, or keyring.\(family.rawValue) in "
                    + (configuration.path?.string ?? "the configuration"),
            ])
    }
}
