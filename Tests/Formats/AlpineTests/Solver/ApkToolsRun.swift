// SPDX-License-Identifier: Apache-2.0
import PlinthCore

@testable import PlinthAlpine

/// What `apk COMMAND --simulate` does with a request, put on top of our resolver.
struct ApkToolsRun {
    private let test: ApkToolsCase
    private var options: Set<String> = []
    private var names: [String] = []
    private var virtual: String?
    private var preupgrade: [String] = []
    private var sources: [ApkSource]
    private var lines: [String] = []

    init(_ test: ApkToolsCase) {
        self.test = test
        sources = test.sources
        var words = test.words[...]
        while let word = words.popFirst() {
            switch word {
            case "-t": virtual = words.popFirst()
            case "--preupgrade-depends": preupgrade += [words.popFirst() ?? ""]
            case "-a": options.insert("--available")
            case _ where word.hasPrefix("-"): options.insert(word)
            default: names.append(word)
            }
        }
    }

    static func output(of test: ApkToolsCase) throws -> [String] {
        var run = ApkToolsRun(test)
        return try run.run()
    }

    private mutating func run() throws -> [String] {
        do {
            let world = try test.world.map { try ApkDependency(parsing: $0) }
            switch names.removeFirst() {
            case "add": try add(world)
            case "del": try delete(world)
            case "fix": try fix(world)
            default: try upgrade(world)
            }
        } catch let refusal as Refusal {
            lines += refusal.lines
        }
        return lines
    }

    struct Refusal: Error {
        let lines: [String]
    }
}

// MARK: commands

extension ApkToolsRun {
    private mutating func add(_ old: [ApkDependency]) throws {
        var world = old
        var wish: ApkPreference = []
        if options.contains("--upgrade") { wish.insert(.upgrade) }
        if options.contains("--latest") { wish.insert(.latest) }
        let virtual = try virtualPackage()
        var asked = try names.map { try dependency($0, isForPackage: virtual != nil) }
        if let virtual {
            if asked.isEmpty { lines.append("WARNING: creating empty virtual package") }
            let depends = asked.map(\.description).joined(separator: " ")
            let record = ApkCandidate(name: virtual.name, version: virtual.version, depends: depends)
            sources.append(ApkSource(records: [record], label: "virtual"))
            asked = [virtual]
        }
        for new in asked {
            world.removeAll { $0.name == new.name }
            world.append(new)
        }
        let marks = asked.map { ApkRequest.Mark($0.name, wish, inherited: wish) }
        try commit(ApkRequest(world: world, marks: marks))
    }

    private func virtualPackage() throws -> ApkDependency? {
        guard let virtual else { return nil }
        guard var found = try? ApkDependency(parsing: virtual), found.comparison == .equal || found.version.isEmpty
        else { throw Refusal(lines: ["ERROR: \(virtual): bad package specifier"]) }
        if found.version.isEmpty { found = ApkDependency(found.name, comparison: .equal, version: "0") }
        return found
    }

    private func dependency(_ word: String, isForPackage: Bool) throws -> ApkDependency {
        if let found = try? ApkDependency(parsing: word), !isForPackage || found.tag == nil { return found }
        let format = isForPackage ? "name([<>~=]version)" : "name(@tag)([<>~=]version)"
        let kind = isForPackage ? "package" : "world"
        throw Refusal(lines: ["ERROR: '\(word)' is not a valid \(kind) dependency, format is \(format)"])
    }

    private mutating func delete(_ old: [ApkDependency]) throws {
        let installed = try installed()
        let gone = Set(names)
        let world = old.filter { !gone.contains($0.name) }
        let marks = old.map(\.name).filter { name in gone.contains(name) && installed.contains { $0.name == name } }.map
        {
            ApkRequest.Mark($0, .remove)
        }
        try commit(ApkRequest(world: world, marks: marks), isDeletion: true)
    }

    /// What had to stay, and the names of the world that hold it.
    private func notDeleted(_ resolution: ApkResolution, _ world: [ApkDependency]) throws -> [String] {
        let kept = names.compactMap { resolution[$0] }.filter(\.wasInstalled).map(\.record)
        if kept.isEmpty { return [] }
        let lines = try kept.map { record in
            let provided = try ApkDependency.list(record.provides).map(\.name)
            let holders = ([record.name] + provided).filter { name in world.contains { $0.name == name } }
            return "  \(record.name): " + holders.joined(separator: " ")
        }
        return ["World updated, but the following packages are not removed due to:"] + lines + [""]
    }

    private mutating func fix(_ world: [ApkDependency]) throws {
        let wish: ApkPreference = options.contains("--upgrade") ? .upgrade : .reinstall
        let inherited = options.contains("--depends") ? wish : []
        try commit(ApkRequest(world: world, marks: names.map { .init($0, wish, inherited: inherited) }))
    }

    private mutating func upgrade(_ world: [ApkDependency]) throws {
        if names.isEmpty, !options.contains("--no-self-upgrade"), try preupgrade(world) { return }
        if !options.isDisjoint(with: ["--self-upgrade-only", "--preupgrade-only"]) { return }
        var request = ApkRequest(world: world, preference: .upgrade, marks: [])
        if options.contains("--latest") { request.preference.insert(.latest) }
        if options.contains("--available") { request.preference.insert(.available) }
        if options.contains("--prune") { request.world = try pruned(world) }
        if !names.isEmpty {
            let isKept = options.contains("--ignore")
            if !isKept { request.preference.remove(.upgrade) }
            request.marks = names.map { .init($0, isKept ? .installed : .upgrade) }
        }
        try commit(request)
    }

    private func pruned(_ world: [ApkDependency]) throws -> [ApkDependency] {
        let records = try sources.flatMap { try ApkCandidate.parse($0.text, place: $0.label) }
        return try world.filter { wish in
            try records.contains { record in
                try record.name == wish.name
                    || ApkDependency.list(record.provides).contains { $0.name == wish.name }
            }
        }
    }

    /// apk itself, and what is named, goes first when there is something newer.
    /// - Returns: whether nothing else is done.
    private mutating func preupgrade(_ world: [ApkDependency]) throws -> Bool {
        var wishes = [ApkDependency("apk-tools")]
        for word in preupgrade {
            let wish = try ApkDependency(parsing: word)
            wishes.removeAll { $0.name == wish.name }
            if !wish.isConflict { wishes.append(wish) }
        }
        let installed = try installed()
        let available = try sources.flatMap { try ApkCandidate.parse($0.text, place: $0.label) }
        let outdated = wishes.filter { wish in
            installed.contains { old in
                wish.matches(name: old.name, version: old.version)
                    && available.contains {
                        $0.name == old.name && AlpineVersion.compare($0.version, old.version) > 0
                    }
            }
        }
        if outdated.isEmpty { return false }
        let marks = outdated.map { ApkRequest.Mark($0.name, .upgrade) }
        lines.append("Preupgrading:")
        try commit(ApkRequest(world: world, marks: marks, keepsInstalled: true))
        return true
    }

    private func installed() throws -> [ApkCandidate] {
        try test.installed.map { try ApkCandidate.parse($0.text, place: $0.label) } ?? []
    }
}

// MARK: what is printed

extension ApkToolsRun {
    private mutating func commit(_ request: ApkRequest, isDeletion: Bool = false) throws {
        var request = request
        request.dropsBroken = options.contains("--force-broken-world")
        let isPlain = sources.count == test.sources.count
        let resolver =
            try (isPlain ? test.resolver : nil)
            ?? ApkResolver(architecture: test.architecture, sources: sources, installed: test.installed)
        if resolver.hasUnfitPackages {
            lines.append("WARNING: The indexes contain broken packages which are not installable.")
        }
        let resolution: ApkResolution
        do {
            resolution = try resolver.resolve(request)
        } catch {
            guard error.cause is ApkConflict else { throw error }
            // apk says all that is wrong; ours is narrowed down to what cannot hold together.
            let items = try ApkConflict(resolver.answer(request)).items
            throw Refusal(lines: ["ERROR: unable to select packages:"] + items.flatMap(ApkToolsText.lines))
        }
        if isDeletion { lines += try notDeleted(resolution, request.world) }
        lines += ApkToolsText.lines(resolution.changes)
        lines += vanished(resolution)
        lines.append(total(resolution.packages.map(\.record)))
    }

    private func vanished(_ resolution: ApkResolution) -> [String] {
        let names = resolution.packages.filter { $0.sources.isEmpty }.map(\.record.name).sorted()
        if !options.contains("-v") || names.isEmpty { return [] }
        return [
            "NOTE: Consider running apk upgrade with --prune and/or --available.",
            "The following packages are no longer available from a repository:",
            "  " + names.joined(separator: " "),
        ]
    }

    private func total(_ records: [ApkCandidate]) -> String {
        let size = records.reduce(0) { $0 + $1.installedSize }
        return options.contains("-v")
            ? "OK: \(records.count) packages, 0 dirs, 0 files, \(size) B" : "OK: \(size) B in \(records.count) packages"
    }
}
