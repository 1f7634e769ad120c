// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthOCI
import PlinthYAML

extension Recipe {
    /// Reads a recipe.
    /// - Parameter name: the file, for messages.
    /// - Throws: `Problem`s `yaml.*` and `recipe.*`, usage mistakes with the line and a caret.
    static func parse(_ bytes: [UInt8], name: String) throws -> Recipe {
        let document = try YAMLDocument.parse(bytes, name: name)
        return try Recipe(RecipeValue(node: document.root, name: "recipe", document: document))
    }

    private init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.recipe)
        self.init(distribution: try keys["distribution"]?.text(.distribution))
        try readPackages(keys)
        try readConfiguration(keys)
        try readTree(keys)
        try keys["distribution"]?.checkDistribution()
        try checkWhole(value)
    }

    /// What holds of several keys together.
    private func checkWhole(_ value: RecipeValue) throws {
        guard distribution == nil else { return }
        guard profile == .scratch else {
            throw value.problem(
                "recipe.missingKey", "The recipe needs “distribution”",
                hints: ["such as debian:trixie", "or the profile scratch, which needs none"])
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
        dependencies = try keys["dependencies"]?.choice(PackageWish.Dependencies.self)
        scripts = try keys.value("scripts", default: scripts) { try $0.scripts() }
        architectures = try keys.value("archs", default: []) { try $0.architectures() }
        compression = try keys.value("compression", default: compression) { try $0.choice(LayerPacking.self) }
    }

    private mutating func readConfiguration(_ keys: MappingReader) throws {
        entrypoint = try keys.value("entrypoint", default: []) { try $0.entrypoint() }
        command = try keys.value("cmd", default: []) { try $0.command() }
        stopSignal = try keys["stop-signal"]?.text(.signal)
        workingDirectory = try keys["work-dir"]?.text(.absolutePath)
        environment = try keys.value("environment", default: [:]) { try $0.environment() }
        annotations = try keys.value("annotations", default: [:]) { try $0.texts() }
        labels = try keys.value("labels", default: [:]) { try $0.texts() }
        volumes = try keys.value("volumes", default: []) { try $0.list(.absolutePath) }
        ports = try keys.value("ports", default: []) { try $0.list(.port).compactMap(Ports.normal) }
    }

    private mutating func readTree(_ keys: MappingReader) throws {
        accounts = try keys.value("accounts", default: accounts) { try Accounts($0) }
        paths = try keys.value("paths", default: []) { try $0.elements().map { try PathItem($0) } }
        files = try keys.value("files", default: []) { try $0.elements().map { try FileItem($0) } }
        certificates = try keys.value("certificates", default: []) { try $0.certificates() }
        timeZone = try keys["time-zone"]?.text(.timeZone)
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

    fileprivate func profile() throws -> BuildProfile {
        if node.text == "closure" {
            throw problem(
                "recipe.notYet", "This version cannot make the profile “closure” yet",
                hints: ["minimal has whole packages, scratch only the files that are named"])
        }
        return try choice(BuildProfile.self)
    }

    fileprivate func snapshot() throws -> String? { SnapshotDate.normal(try text(.date)) }

    fileprivate func architectures() throws -> [String] {
        var result: [String] = []
        for element in try elements() {
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
        if text == "all" {
            throw problem(
                "recipe.notYet", "This version cannot build for “all” architectures yet",
                hints: ["name them: [amd64, arm64]"])
        }
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
