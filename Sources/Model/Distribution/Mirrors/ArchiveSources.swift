// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import SystemPackage

/// Chooses where a distribution's packages come from.
///
/// In order: the recipe's repositories; the variables `PLINTH_MIRROR_DEBIAN` and `PLINTH_MIRROR_DEBIAN_SECURITY`; the
/// settings `mirror.debian` and `mirror.debian-security` of the person's configuration; what this machine's apt uses
/// for the family. Ubuntu's settings are named alike.
///
/// Which suites: all of the release when the security archive is known, or when the address ends in the family's
/// name, such as `https://mirror.example.org/debian`; then security is beside it (`…/debian-security`; for Ubuntu in
/// the same archive). Of any other address, and of every folder of this machine, only the main suite is assumed:
/// what else it has must be named in the recipe.
package enum ArchiveSources {
    /// In the order of the suites; the recipe's additional repositories come last.
    ///
    /// - Parameter recipe: Takes the place of the distribution's archives when one of them has its main suite (or
    ///   names no suites); otherwise it is added to them. A `{timestamp}` in an address becomes the snapshot's.
    /// - Parameter snapshot: Such as `2026-01-31` or `20260131T000000Z`.
    /// - Throws: `Problem` with code `mirror.none`, `mirror.address`, `snapshot.none`, `snapshot.date`,
    ///   `snapshot.template`, `keyring.missing`, `configuration.line` or `configuration.key`.
    package static func sources(
        for distribution: Distribution, recipe: [RecipeRepository] = [], snapshot: String? = nil,
        environment: Environment, files: MachineFiles
    ) throws -> [ArchiveSource] {
        let configuration = try UserConfiguration(environment, files)
        let choice = MirrorChoice(
            distribution: distribution, snapshot: try snapshot.map { try Snapshot($0) }, environment: environment,
            configuration: configuration, files: files)
        let own = try RecipeSources(recipe, for: choice)
        return try (own.replacesDistribution ? [] : choice.sources()) + own.sources()
    }
}

/// The archives of one family as settings, a snapshot or apt give them.
struct MirrorChoice {
    let distribution: Distribution
    let snapshot: Snapshot?
    let environment: Environment
    let configuration: UserConfiguration
    let files: MachineFiles

    var family: Distribution.Family { distribution.family }

    var keyrings: Keyrings {
        Keyrings(family: family, environment: environment, configuration: configuration, files: files)
    }

    func sources() throws -> [ArchiveSource] {
        if let snapshot { return try sources(of: snapshot) }
        if let main = try setting("mirror.\(family.rawValue)") {
            let given = try setting("mirror.\(family.rawValue)-security")
            let security = given ?? MirrorAddress.security(of: main, family)
            return try sources(
                Mirror(baseURL: main), security.map { Mirror(baseURL: $0) }, hasUpdates: security != nil)
        }
        return try sourcesOfMachine()
    }

    /// A variable such as `PLINTH_MIRROR_DEBIAN_SECURITY`, else the setting.
    private func value(_ key: String) -> (text: String, from: String)? {
        let variable = "PLINTH_" + key.uppercased().replacing(".", with: "_").replacing("-", with: "_")
        if let text = environment[variable] { return (text, variable) }
        return configuration[key].map { ($0, "\(key) in \(configuration.path?.string ?? "the configuration")") }
    }

    private func setting(_ key: String) throws -> String? {
        try value(key).map { try MirrorAddress.checked($0.text, from: $0.from) }
    }

    // MARK: This machine's apt

    private func sourcesOfMachine() throws -> [ArchiveSource] {
        let configuration = AptConfiguration(files)
        let apt = AptMirrors(configuration, for: distribution)
        guard let main = apt.main else { throw noMirror(configuration) }
        var security = apt.security
        if let given = try setting("mirror.\(family.rawValue)-security") {
            security = Mirror(baseURL: given)
        } else if security == nil, let derived = MirrorAddress.security(of: main.baseURL, family) {
            security = main
            security?.baseURL = derived
        }
        return try sources(main, security, hasUpdates: security != nil || apt.hasUpdates(main.baseURL))
    }

    private func noMirror(_ apt: AptConfiguration) -> Problem {
        let variable = "PLINTH_MIRROR_\(family.rawValue.uppercased())"
        let file = configuration.path.map { ", or mirror.\(family.rawValue) in \($0)," } ?? ""
        return Problem(
            "mirror.none", "No mirror of \(family.title) is known", at: distribution.name,
            why: "this machine's apt names none"
                + (apt.unread.isEmpty ? "" : " (not read: \(apt.unread.joined(separator: "; ")))"),
            hints: [
                "set \(variable)\(file) to the address of one, such as https://mirror.example.org/\(family.rawValue)"
            ])
    }

    // MARK: Snapshots

    private func sources(of snapshot: Snapshot) throws -> [ArchiveSource] {
        guard let (template, from) = value("snapshot.\(family.rawValue)") else { throw noSnapshots() }
        guard template.contains("{timestamp}") else {
            throw Problem(
                "snapshot.template", "The address of snapshots says not where the date goes", at: from,
                hints: ["write it as https://snapshot.example.org/{archive}/{timestamp}"], kind: .usage)
        }
        func mirror(_ archive: String) throws -> Mirror {
            let text = snapshot.address(template, archive: archive)
            return Mirror(baseURL: try MirrorAddress.checked(text, from: from), checkValidUntil: false)
        }
        let main = try mirror(family.rawValue)
        var security: Mirror? = family == .ubuntu ? main : nil
        if family == .debian, template.contains("{archive}") { security = try mirror("debian-security") }
        return try sources(main, security, hasUpdates: true)
    }

    private func noSnapshots() -> Problem {
        Problem(
            "snapshot.none", "No archive of \(family.title)'s snapshots is known", at: distribution.name,
            hints: [
                "set PLINTH_SNAPSHOT_\(family.rawValue.uppercased()), or snapshot.\(family.rawValue) in "
                    + "\(configuration.path?.string ?? "the configuration"), to an address such as "
                    + "https://snapshot.example.org/{archive}/{timestamp}"
            ])
    }

    // MARK: Suites

    private func sources(_ main: Mirror, _ security: Mirror?, hasUpdates: Bool) throws -> [ArchiveSource] {
        try distribution.suites.compactMap { suite in
            let isMain = suite.name == distribution.codename
            guard let mirror = suite.isSecurity ? security : isMain || hasUpdates ? main : nil else { return nil }
            return ArchiveSource(
                baseURL: mirror.baseURL, suite: suite.name, components: distribution.components,
                keyrings: try keyrings.keyrings(for: mirror), isSecurity: suite.isSecurity,
                checkValidUntil: mirror.checkValidUntil)
        }
    }
}
