// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import SystemPackage

/// A recipe's parts in the words of the rooms that use them.
extension Recipe {
    var settings: ImageSettings {
        ImageSettings(
            user: accounts.runAs, entrypoint: entrypoint, command: command, environment: environment,
            workingDirectory: workingDirectory, stopSignal: stopSignal, labels: labels, annotations: annotations,
            volumes: volumes, ports: ports)
    }

    var archiveRepositories: [RecipeRepository] {
        contents.repositories.map { repository in
            RecipeRepository(
                url: repository.url, suites: repository.suites, components: repository.components,
                keyring: (repository.keyring ?? contents.keyrings.first).map { FilePath($0) })
        }
    }

    var declaredAccounts: DeclaredAccounts {
        DeclaredAccounts(
            users: accounts.users.map { user in
                DeclaredAccounts.User(
                    name: user.name, user: user.user, group: user.group, home: user.home,
                    shell: user.shell ?? "/bin/sh", comment: user.comment ?? "")
            },
            groups: accounts.groups.map { .init(name: $0.name, group: $0.group, members: $0.members) },
            runAs: accounts.runAs)
    }

    var extraCertificates: [ExtraCertificate] {
        certificates.map { ExtraCertificate(name: $0.name, pem: Array($0.content.utf8)) }
    }

    /// What `paths` makes and changes in the tree, and the directories of services.
    var additions: TreeAdditions {
        let items = paths.map { item in
            TreeAdditions.Item(
                path: item.path, action: item.action, mode: item.access.mode, user: item.access.user,
                group: item.access.group, recursive: item.recursive, line: item.line)
        }
        return TreeAdditions(items: items + supervised + directories)
    }

    /// What the image's user may write to.
    private var directories: [TreeAdditions.Item] {
        let writable = (writable ?? []).map { ($0, TreeAdditions.Action.writable(by: accounts.runAs)) }
        let kept = volumes.map { ($0, TreeAdditions.Action.volume(of: accounts.runAs)) }
        return (writable + kept).compactMap { text, action in
            TreePath(text: text).map { TreeAdditions.Item(path: $0, action: action, line: 0) }
        }
    }

    /// What s6 reads: `/sv/NAME/run` for every service.
    private var supervised: [TreeAdditions.Item] {
        (services ?? [:]).sorted { $0.key < $1.key }.map { name, command in
            TreeAdditions.Item(
                path: TreePath("sv").appending(name).appending("run"),
                action: .text("#!/bin/execlineb\n\(command)\n"), mode: 0o755, line: 0)
        }
    }
}

extension Recipe.PathItem {
    fileprivate var action: TreeAdditions.Action {
        switch kind {
        case .directory: .directory
        case .emptyFile: .emptyFile
        case .permissions: .permissions
        case .symlink: .symlink(source ?? "")
        case .hardlink: .hardLink(source ?? "")
        }
    }
}

extension PackWords {
    /// The recipe that the flags amount to.
    /// - Throws: `Problem`s `profile.unknown`, `dependencies.unknown`, `recipe.*` for quotes that do not end.
    func recipe() throws -> Recipe {
        var recipe = Recipe(distribution: distribution)
        recipe.profile = try Self.choice(profile, of: BuildProfile.self, "profile")
        recipe.base = base.map { Recipe.Base(image: $0) }
        guard base == nil || !recipe.profile.isWholeSystem else {
            throw Problem(
                "flag.choice", "The profile \(profile) does not go with --base", hints: ["the base brings the system"],
                kind: .usage)
        }
        recipe.dependencies = try dependencies.map {
            try Self.choice($0, of: PackageWish.Dependencies.self, "kind of dependencies")
        }
        recipe.contents.packages = packages
        recipe.entrypoint = try entrypoint.map { try ShellWords.split($0) } ?? []
        recipe.accounts.runAs = user
        return recipe
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String, of type: Choice.Type, _ what: String
    ) throws -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        throw Problem(
            "flag.choice", "There is no \(what) “\(text)”", hints: ["there are \(names.joined(separator: ", "))"],
            kind: .usage)
    }
}
