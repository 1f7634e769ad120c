// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
package import PlinthCore
package import SystemPackage

/// A repository of `.apk` packages: below it lies a folder for each architecture with an `APKINDEX.tar.gz`.
package struct ApkArchive: Hashable, Sendable {
    /// An address or an absolute path, without a slash at its end.
    package var baseURL: String
    /// Packages come from here only if they are asked for with `@tag`.
    package var tag: String?
    /// Files of public keys, named as in signatures.
    package var keys: [FilePath]
    /// What others are told of it: a recipe's path that is relative stays so, and is the same on every machine.
    package let name: String

    package init(baseURL: String, tag: String? = nil, keys: [FilePath], name: String? = nil) {
        self.baseURL = baseURL
        self.tag = tag
        self.keys = keys
        self.name = name ?? baseURL
    }

    /// The last two parts of the name, such as `v3.20/main`.
    package var label: String {
        let plain = name.firstRange(of: "://").map { name[$0.upperBound...] } ?? name[...]
        return plain.split(separator: "/").suffix(2).joined(separator: "/")
    }

    /// The address of a file of an architecture.
    package func address(_ architecture: String, _ file: String) -> String { "\(baseURL)/\(architecture)/\(file)" }
}

/// Chooses where `.apk` packages come from.
///
/// In order: the recipe's repositories; `PLINTH_MIRROR_ALPINE` or `PLINTH_MIRROR_WOLFI`; the settings `mirror.alpine` and
/// `mirror.wolfi`; for Alpine the mirror in this machine's `/etc/apk/repositories`. A mirror of Alpine is the folder
/// above the branches; one of Wolfi the folder above the architectures. Keys: the recipe's, `PLINTH_KEYRING`,
/// `keyring.alpine`, else those in `/etc/apk/keys` and `/usr/share/apk/keys`; folders stand for the keys in them.
package struct ApkArchives {
    private let distribution: Distribution
    private let environment: Environment
    private let configuration: UserConfiguration
    private let files: MachineFiles

    /// - Throws: `Problem` with code `configuration.line` or `configuration.key`.
    package init(for distribution: Distribution, environment: Environment, files: MachineFiles) throws {
        self.distribution = distribution
        self.environment = environment
        self.files = files
        configuration = try UserConfiguration(environment, files)
    }

    /// - Parameter named: the recipe's repositories with their tags; paths are absolute, and named as the recipe has them.
    /// - Parameter keyring: the recipe's files and folders of keys.
    /// - Throws: `Problem` with code `mirror.none`, `mirror.address`, `keyring.missing`.
    package func archives(
        named: [(url: String, name: String?, tag: String?)], keyring: [FilePath]
    ) throws -> [ApkArchive] {
        let keys = try keys(keyring)
        let own = try named.map { repository in
            let address = try MirrorAddress.checked(repository.url, from: "repository in the recipe")
            return ApkArchive(baseURL: address, tag: repository.tag, keys: keys, name: repository.name)
        }
        // Repositories with tags stand beside the distribution's.
        if own.contains(where: { $0.tag == nil }) { return own }
        return try distributionSources(keys) + own
    }

    private func distributionSources(_ keys: [FilePath]) throws -> [ApkArchive] {
        let mirror = try mirror()
        return distribution.suites.flatMap { suite in
            distribution.components.map { component in
                let path = [mirror, suite.name, component].filter { !$0.isEmpty }
                return ApkArchive(baseURL: path.joined(separator: "/"), keys: keys)
            }
        }
    }

    private var variable: String { "PLINTH_MIRROR_\(distribution.family.rawValue.uppercased())" }

    private func mirror() throws -> String {
        let key = "mirror.\(distribution.family.rawValue)"
        if let text = environment[variable] { return try MirrorAddress.checked(text, from: variable) }
        if let text = configuration[key] { return try MirrorAddress.checked(text, from: key) }
        if distribution.family == .alpine, let own = try machineMirror() { return own }
        throw Problem(
            "mirror.none", "No mirror of \(distribution.family.title) is known", at: distribution.name,
            hints: [
                "set \(variable), or \(key) in \(configuration.path?.string ?? "the configuration"), to the address "
                    + "of one, such as https://mirror.example.org/\(distribution.family.rawValue)",
                "or name repositories in the recipe: contents: repositories:",
            ])
    }

    /// What stands before the branch in the first repository that has one, and no tag.
    /// - Throws: `Problem` with code `apk.repository` for a line that cannot be understood.
    private func machineMirror() throws -> String? {
        for repository in try machineRepositories() where repository.tag == nil {
            guard let address = MirrorAddress.normal(repository.address) else { continue }
            let parts = address.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count > 3, let branch = parts.dropLast().last, branch == "edge" || branch.hasPrefix("v3.")
            else {
                continue
            }
            return parts.dropLast(2).joined(separator: "/")
        }
        return nil
    }

    private func machineRepositories() throws -> [ApkRepository] {
        let file = "/etc/apk/repositories"
        guard let bytes = try files.read(FilePath(file)) else { return [] }
        do {
            return try ApkRepository.parse(bytes, place: file)
        } catch {
            var problem = error
            problem.hints.append("or set \(variable) to the address of a mirror, and the file is not read")
            throw problem
        }
    }

    // MARK: Keys

    private func keys(_ keyring: [FilePath]) throws -> [FilePath] {
        if !keyring.isEmpty { return try keyring.flatMap { try keys(at: $0, from: "the recipe") } }
        if let text = environment["PLINTH_KEYRING"] {
            return try text.split(separator: ":").flatMap { try keys(at: FilePath(String($0)), from: "PLINTH_KEYRING") }
        }
        let setting = "keyring.\(distribution.family.rawValue)"
        if let text = configuration[setting] { return try keys(at: FilePath(text), from: setting) }
        return try distribution.keyringCandidates.flatMap(keysBelow)
    }

    private func keys(at path: FilePath, from setting: String) throws -> [FilePath] {
        if try files.read(path)?.isEmpty == false { return [path] }
        let found = try keysBelow(path)
        if !found.isEmpty { return found }
        throw Problem("keyring.missing", "There are no signing keys here", at: path.string, why: "\(setting) names it")
    }

    private func keysBelow(_ folder: FilePath) throws -> [FilePath] {
        try files.list(folder).filter { $0.hasSuffix(".pub") }.map { folder.appending($0) }
    }
}
