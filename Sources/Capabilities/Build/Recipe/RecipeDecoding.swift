// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthOCI
import PlinthYAML
import SystemPackage

extension Recipe {
    /// Reads a recipe that includes nothing.
    /// - Parameter name: the file, for messages.
    /// - Throws: `Problem`s `yaml.*` and `recipe.*`, usage mistakes with the line and a caret.
    static func parse(_ bytes: [UInt8], name: String) throws -> Recipe {
        try RecipeLoader { _ in nil }.source(bytes, at: FilePath(name)).recipe
    }

    /// - Parameter value: with its variables expanded.
    init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.recipe)
        self.init(distribution: try keys["distribution"]?.text(.distribution))
        try readPackages(keys)
        try readConfiguration(keys)
        try readTree(keys)
        try keys["distribution"]?.checkDistribution()
        try checkRepositories(keys)
        try checkWhole(value)
    }

    /// A line that is no `deb` line is for apk.
    private func checkRepositories(_ keys: MappingReader) throws {
        guard let distribution, let named = try? Distribution.named(distribution), !named.family.isApk,
            let contents = keys["contents"]
        else { return }
        try contents.checkDebianRepositories()
    }

    /// What holds of several keys together.
    private func checkWhole(_ value: RecipeValue) throws {
        if base != nil, profile.isWholeSystem {
            throw value.problem(
                "recipe.value", "The profile \(profile.rawValue) does not go with a base",
                hints: ["leave the profile out: the base brings the system"])
        }
        guard distribution == nil, base == nil, !isOfApk else { return }
        guard profile == .scratch else {
            throw value.problem(
                "recipe.missingKey", "The recipe needs “distribution”",
                hints: [
                    "such as debian:trixie", "or a base: to build on", "or repositories of apk under contents:",
                    "or the profile scratch, which needs none",
                ])
        }
        guard contents.packages.isEmpty else {
            throw value.problem(
                "recipe.missingKey", "Packages need a “distribution” to come from", hints: ["such as debian:trixie"])
        }
    }

    private mutating func readPackages(_ keys: MappingReader) throws {
        snapshot = try keys["snapshot"]?.snapshot()
        profile = try keys.value("profile", default: profile) { try $0.profile() }
        contents = try keys.value("contents", default: contents) { try Contents($0) }
        base = try keys["base"].map { try Base($0) } ?? keys["contents"]?.apkoBase()
        dependencies = try keys["dependencies"]?.choice(PackageWish.Dependencies.self)
        scripts = try keys.value("scripts", default: scripts) { try $0.scripts() }
        architectures = try keys.value("archs", default: []) { try $0.architectures() }
        compression = try keys.value("compression", default: compression) { try $0.choice(LayerPacking.self) }
        layering = try keys["layering"].map { try Layering($0) }
        _ = try keys["format"]?.format()
    }

    private mutating func readConfiguration(_ keys: MappingReader) throws {
        entrypoint = try keys.value("entrypoint", default: []) { try $0.entrypoint() }
        if let services = try keys["entrypoint"]?.services() { supervise(services) }
        command = try keys.value("cmd", default: []) { try $0.command() }
        stopSignal = try keys["stop-signal"]?.text(.signal)
        workingDirectory = try keys["work-dir"]?.text(.absolutePath)
        environment = try keys.value("environment", default: [:]) { try $0.environment() }
        annotations = try keys.value("annotations", default: [:]) { try $0.texts() }
        labels = try keys.value("labels", default: [:]) { try $0.texts() }
        if let address = try keys["vcs-url"]?.text(.word) { annotate(address) }
        volumes = try keys.value("volumes", default: []) { try $0.list(.absolutePath) }
        writable = try keys["writable"]?.list(.absolutePath)
        ports = try keys.value("ports", default: []) { try $0.list(.port).compactMap(Ports.normal) }
    }

    private mutating func readTree(_ keys: MappingReader) throws {
        accounts = try keys.value("accounts", default: accounts) { try Accounts($0) }
        paths = try keys.value("paths", default: []) { try $0.elements().map { try PathItem($0) } }
        files = try keys.value("files", default: []) { try $0.elements().map { try FileItem($0) } }
        certificates = try keys.value("certificates", default: []) { try $0.certificates() }
        certificateProviders = try keys["certificates"]?.certificateProviders()
        timeZone = try keys["time-zone"]?.text(.timeZone)
        effects = try keys["effects"]?.effects()
    }
}

extension RecipeValue {
    /// What is wrong with the distribution's name is told with the line.
    fileprivate func checkDistribution() throws {
        do {
            _ = try Distribution.named(try text(.distribution))
        } catch let fault as Problem {
            var told = problem(fault.code, fault.what, hints: fault.hints)
            told.why = [told.why, fault.why].compactMap { $0 }.joined(separator: "\n")
            throw told
        }
    }

    fileprivate func scripts() throws -> Recipe.Scripts {
        let choice = try choice(Recipe.Scripts.self)
        guard choice == .none else {
            throw problem(
                "recipe.notYet", "This version cannot run maintainer scripts yet",
                hints: ["leave the key out: effects stand in for scripts"])
        }
        return choice
    }

    /// In an order of their own: the recipe's means nothing.
    fileprivate func effects() throws -> [DeclaredEffect] {
        var found: Set<DeclaredEffect> = []
        for element in try elements() {
            let effect = try element.choice(DeclaredEffect.self)
            guard found.insert(effect).inserted else {
                throw element.problem("recipe.duplicate", "“\(effect.rawValue)” stands here twice")
            }
        }
        return DeclaredEffect.allCases.filter(found.contains)
    }

    fileprivate func profile() throws -> BuildProfile {
        if node.text == "closure" {
            throw problem(
                "recipe.notYet", "This version cannot make the profile “closure” yet",
                hints: ["minimal has whole packages, scratch only the files that are named"])
        }
        return try choice(BuildProfile.self)
    }

    fileprivate func snapshot() throws -> String? { SnapshotDate.normal(try text(.date)) }

    /// One, or a list of them; `all` alone.
    func architectures() throws -> [String] {
        var result: [String] = []
        let elements = node.text != nil && !node.isNull ? [self] : try elements()
        if elements.count == 1, elements[0].node.text == "all" { return ["all"] }
        for element in elements {
            let name = try element.architecture()
            guard !result.contains(name) else {
                throw element.problem("recipe.duplicate", "“\(name)” stands here twice")
            }
            result.append(name)
        }
        return result
    }

    private func architecture() throws -> String {
        let text = try text(.architecture)
        if text == "all" { throw wrong("“all” alone, or names of architectures") }
        guard let platform = OCIPlatform(parsing: text) else {
            let known = OCIPlatform.known.map(\.shortName)
            throw wrong("architectures such as amd64", hints: ["it knows \(known.joined(separator: ", "))"])
        }
        return platform.shortName
    }

    fileprivate func environment() throws -> [String: String] {
        let variables = try texts()
        if variables.keys.contains(where: { $0.utf8.contains(UInt8(ascii: "=")) }) { throw wrong("names without =") }
        return variables
    }

    /// A command line, or a mapping with one.
    fileprivate func entrypoint() throws -> [String] {
        guard case .mapping = node.content else { return try nonEmptyCommand() }
        let keys = try MappingReader(self, RecipeKeys.entrypoint)
        switch (keys["command"], keys["shell-fragment"]) {
        case (let command?, nil): return try command.nonEmptyCommand()
        case (nil, let fragment?): return ["/bin/sh", "-c", try fragment.text(.any)]
        case (nil, nil): return []
        case (_?, let fragment?):
            throw fragment.problem("recipe.value", "An entrypoint has “command” or “shell-fragment”, not both")
        }
    }

    private func nonEmptyCommand() throws -> [String] {
        let words = try command()
        guard let program = words.first, !program.isEmpty else { throw wrong("a command that names a program") }
        return words
    }
}

extension OCIPlatform {
    /// Such as `amd64`, `arm/v7`.
    fileprivate var shortName: String { architecture + (variant.map { "/" + $0 } ?? "") }
}

// MARK: - What apko's files have besides

extension Recipe {
    /// Whether the packages are apk's, as in a file of apko that names repositories and no distribution.
    var isOfApk: Bool {
        if let distribution { return (try? Distribution.named(distribution))?.family.isApk ?? false }
        return !contents.repositories.isEmpty && contents.repositories.allSatisfy { $0.suites.isEmpty }
    }

    /// Services that s6 supervises: it starts what has a directory in `/sv`.
    fileprivate mutating func supervise(_ services: [String: String]) {
        self.services = services
        entrypoint = ["/bin/s6-svscan", "/sv"]
        if !contents.packages.contains("s6") { contents.packages.append("s6") }
    }

    /// `ADDRESS@COMMIT`.
    fileprivate mutating func annotate(_ address: String) {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let commit = parts.last.map(String.init) ?? ""
        let isCommit = parts.count > 1 && commit.utf8.count >= 7 && commit.utf8.allSatisfy { hexValue($0) != nil }
        let source = isCommit ? parts.dropLast().joined(separator: "@") : address
        annotations[AnnotationName.source] = annotations[AnnotationName.source] ?? source
        if isCommit { annotations[AnnotationName.revision] = annotations[AnnotationName.revision] ?? commit }
    }
}

extension Layering {
    fileprivate init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.layering)
        self.init()
        strategy = try keys.value("strategy", default: strategy) { try $0.choice(Strategy.self) }
        budget = try keys.value("budget", default: budget) { try $0.number(1...120) }
    }
}

extension RecipeValue {
    /// Nil unless there are some.
    fileprivate func services() throws -> [String: String]? {
        guard case .mapping = node.content else { return nil }
        let keys = try MappingReader(self, RecipeKeys.entrypoint)
        guard let services = keys["services"] else {
            guard let type = keys["type"] else { return nil }
            throw type.problem("recipe.value", "A service-bundle needs “services”")
        }
        let found = try services.texts()
        for name in found.keys where !TextForm.service.accepts(name) { throw services.wrong("names of services") }
        return found
    }

    /// Layers as file systems are for apko's own runtime.
    fileprivate func format() throws {
        guard node.text == "tar" else {
            throw wrong("tar", hints: ["leave the key out"])
        }
    }
}
