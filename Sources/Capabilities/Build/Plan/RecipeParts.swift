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
            groups: accounts.groups.map { .init(name: $0.name, group: $0.group, members: $0.members) })
    }

    var extraCertificates: [ExtraCertificate] {
        certificates.map { ExtraCertificate(name: $0.name, pem: Array($0.content.utf8)) }
    }

    /// What is added to the tree: `paths` first, then `files`, whose contents are read here.
    /// - Throws: `file.*`, `recipe.fileTooLarge`.
    func additions(beside directory: FilePath) throws -> TreeAdditions {
        let made = paths.map { item in
            TreeAdditions.Item(
                path: item.path, action: item.action, mode: item.access.mode, user: item.access.user,
                group: item.access.group, recursive: item.recursive, line: item.line)
        }
        let copied = try files.map { item in
            TreeAdditions.Item(
                path: item.path, action: .file(try item.content(beside: directory)), mode: item.access.mode,
                user: item.access.user, group: item.access.group, line: item.line)
        }
        return TreeAdditions(items: made + copied)
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

extension Recipe.FileItem {
    /// Memory: the file, at most 1 GiB.
    fileprivate func content(beside directory: FilePath) throws -> [UInt8] {
        let path = FilePath(source)
        let place = path.isAbsolute ? path : directory.appending(path.components)
        do {
            return try FileSource(place).readAll(limit: 1 << 30)
        } catch let problem as Problem where problem.code == "bytes.tooMany" {
            throw Problem(
                "recipe.fileTooLarge", "A file of the recipe is too large", at: place.string,
                hints: ["line \(line) of the recipe", "files may have up to 1 GiB"], kind: .usage)
        }
    }
}

extension PackWords {
    /// The recipe that the flags amount to.
    /// - Throws: `Problem`s `profile.unknown`, `dependencies.unknown`, `recipe.*` for quotes that do not end.
    func recipe() throws -> Recipe {
        var recipe = Recipe(distribution: distribution)
        recipe.profile = try Self.choice(profile, of: BuildProfile.self, "profile")
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
