// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import SystemPackage

/// A package file of this machine that was named by its path, such as `./tool_1.0_amd64.deb`.
struct LocalPackage: Sendable {
    /// What stands in locks in place of an archive.
    static let archive = "local"

    /// As the recipe has it.
    let word: String
    let path: FilePath
    let digest: Digest
    let size: ByteCount
    let name: String
    let version: String
    let architecture: String
    /// The files of its control data by name.
    let control: [String: [UInt8]]

    /// Whether a word is a path and no name: it has a slash, and ends as package files do.
    static func isPath(_ word: String) -> Bool { word.contains("/") && isFileName(word) && !word.hasPrefix("!") }

    static func isFileName(_ word: String) -> Bool { [".deb", ".apk"].contains { word.hasSuffix($0) } }

    /// Such as `tool_1.0_amd64.deb`, whatever the file is called.
    var fileName: String { "\(name)_\(version)_\(architecture).\(path.extension ?? "")" }
}

/// Reads the package files that a wish names, and puts them into the store.
struct LocalPackages {
    let family: any PackageFamily
    let store: Store
    /// What relative paths are relative to.
    let directory: FilePath

    /// - Throws: `package.*`, `deb.*`, `apk.*`, `file.*`, `store.*`.
    func read(_ words: [String]) throws -> [LocalPackage] {
        if let word = words.first(where: { LocalPackage.isFileName($0) && !$0.contains("/") }) {
            throw Problem(
                "package.path", "A package file is named by its path", at: word, hints: ["write ./\(word)"],
                kind: .usage)
        }
        return try words.filter(LocalPackage.isPath).map(read)
    }

    private func read(_ word: String) throws -> LocalPackage {
        let path = directory.pushing(FilePath(word))
        guard let facts = try? path.stat(), facts.type == .regular else {
            throw Problem("package.missing", "There is no such package file", at: path.string, kind: .usage)
        }
        guard path.extension == family.packageType else {
            throw Problem(
                "package.family", "A package file is of another family", at: path.string,
                why: "the distribution's packages are .\(family.packageType) files", kind: .usage)
        }
        var stream = DigestStream()
        _ = try stream.update(from: FileSource(path))
        let digest = stream.finish()
        if try store.blob(digest, size: ByteCount(stream.count)) == nil {
            _ = try store.importFile(path, expecting: digest)
        }
        // What is read is what was digested, even if the file changes.
        let opened: OpenedPackage
        do {
            opened = try family.open(try store.blob(digest) ?? path, length: stream.count)
        } catch let problem as Problem {
            throw problem.at(path.string)
        }
        return LocalPackage(
            word: word, path: path, digest: digest, size: ByteCount(stream.count), name: opened.name,
            version: opened.version, architecture: opened.architecture, control: opened.control)
    }
}

extension [LocalPackage] {
    /// Those for an architecture; each name once.
    /// - Parameter everywhere: the family's word for packages that fit all architectures.
    /// - Throws: `package.architecture`, `package.twice`.
    func fitting(_ architecture: String, everywhere: String) throws -> [LocalPackage] {
        var found: [String: LocalPackage] = [:]
        for package in self where package.architecture == architecture || package.architecture == everywhere {
            if let other = found.updateValue(package, forKey: package.name) {
                throw Problem(
                    "package.twice", "Two files have the same package", at: package.path.string,
                    why: "\(package.name) is also in \(other.path)", hints: ["name one of them"], kind: .usage)
            }
        }
        if let missing = first(where: { found[$0.name] == nil }) {
            throw Problem(
                "package.architecture", "A package file is for another processor", at: missing.path.string,
                why: "it is for \(missing.architecture), and the image is for \(architecture)",
                hints: ["name a file for \(architecture) too"], kind: .usage)
        }
        return found.values.sorted { $0.name < $1.name }
    }

    /// The package that a word of the wish names.
    subscript(word: String) -> LocalPackage? { first { $0.word == word } }
}

extension RecipePlan {
    /// Where a package file lies that is not in the store any more.
    /// - Throws: `package.missing`.
    func addresses(ofLocal package: Lock.Package) throws -> [String] {
        let found = local.filter { $0.digest == package.digest }.map(\.path.string)
        guard !found.isEmpty else {
            throw Problem("package.missing", "The file of a package is not named by the recipe", at: package.name)
        }
        return found
    }
}
