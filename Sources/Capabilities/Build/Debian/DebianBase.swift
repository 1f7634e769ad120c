// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage
import PlinthPackages

/// What dpkg's database in a base says.
struct DebianBase {
    static let home = TreePath("var/lib/dpkg")
    static let status = home.appending("status")
    static let statusDirectory = home.appending("status.d")

    let packages: [InstalledPackage]
    private let tree: FileTree

    /// - Throws: `dpkg.syntax`.
    init(_ tree: FileTree) throws {
        self.tree = tree
        var found: [InstalledPackage] = []
        if tree[Self.status]?.isFile == true {
            found = try InstalledPackage.parse(status: tree.contents(Self.status), place: "/\(Self.status)")
        }
        for path in tree.children(of: Self.statusDirectory)
        where tree[path]?.isFile == true && !path.description.hasSuffix(".md5sums") {
            found += try InstalledPackage.parse(statusFile: tree.contents(path), place: "/\(path)")
        }
        packages = found
    }

    /// The files that a package's list names, or else those that have a digest.
    func files(of name: String) throws -> [TreePath] {
        let stems = packages.filter { $0.name == name }.flatMap { [$0.name, "\($0.name):\($0.architecture)"] }
        for stem in Set(stems).sorted() {
            let list = Self.home.appending("info").appending(stem + ".list")
            if tree[list] != nil { return try DpkgInfo.paths(ofList: tree.contents(list), place: "/\(list)") }
        }
        let sums = Self.statusDirectory.appending(name + ".md5sums")
        guard tree[sums] != nil else { return [] }
        return try DpkgInfo.checksums(ofMD5Sums: tree.contents(sums), place: "/\(sums)").map(\.path)
    }
}

// MARK: - For the resolver

extension DebianBase {
    /// What stands in the answer in place of an archive.
    static let label = "base"

    /// The base's packages as a source of their own, before all others: they stay as long as nothing needs another
    /// version. What they lack already they do not ask for.
    /// - Throws: `index.*` for paragraphs that cannot be read.
    func source(_ architecture: String) throws -> IndexSource? {
        let own = packages.filter { [architecture, "all"].contains($0.architecture) }
        if own.isEmpty { return nil }
        let held = Held(own)
        let text = own.flatMap { Array(Self.stanza($0, held).utf8) }
        let index = try PackagesIndexCompiler.compile(MemorySource(text), place: Self.label)
        return IndexSource(index: try CompiledIndex(index), priority: 995, label: Self.label)
    }

    private static func stanza(_ package: InstalledPackage, _ held: Held) -> String {
        var lines: [String] = []
        for field in package.paragraph.fields where !unwanted.contains(field.name.lowercased()) {
            var value = field.value
            if ["depends", "pre-depends"].contains(field.name.lowercased()) { value = held.part(of: value) }
            if !value.isEmpty, !value.contains("\n") { lines.append("\(field.name): \(value)\n") }
        }
        let nothing = "Filename: base\nSize: 0\nSHA256: \(Digest.of([]).hex)\n\n"
        return lines.joined() + nothing
    }

    private static let unwanted: Set<String> = [
        "status", "recommends", "suggests", "enhances", "essential", "protected", "important", "conffiles",
        "description",
        "filename", "size", "sha256",
    ]
}

/// Which relations hold among the base's own packages.
private struct Held {
    private var versions: [String: [String]] = [:]

    init(_ packages: [InstalledPackage]) {
        for package in packages {
            versions[package.name, default: []].append(package.version)
            let groups = (try? RelationParser.parse(package.paragraph["Provides"] ?? "")) ?? []
            for provided in groups.flatMap(\.alternatives) {
                versions[provided.name, default: []].append(provided.version)
            }
        }
    }

    /// The groups of a relation that hold.
    func part(of relation: String) -> String {
        let groups = (try? RelationParser.parse(relation)) ?? []
        return groups.filter { $0.alternatives.contains(where: holds) }.map(\.description).joined(separator: ", ")
    }

    private func holds(_ wanted: Requirement) -> Bool {
        (versions[wanted.name] ?? []).contains { version in
            if wanted.comparison == .any { return true }
            return !version.isEmpty && wanted.comparison.holds(DebianVersion.compare(version, wanted.version))
        }
    }
}
