// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import SystemPackage

/// A recipe on disk.
struct RecipeFile {
    let path: FilePath

    init(_ path: String) { self.path = FilePath(path) }

    /// - Throws: `recipe.*`, `yaml.*`.
    func source() throws -> RecipeSource {
        guard let bytes = try readIfPresent(path, limit: 4 << 20) else {
            throw Problem(
                "recipe.missing", "There is no recipe", at: path.string,
                hints: ["name one: plinth build RECIPE", "or make an image without one: plinth pack PACKAGE…"],
                kind: .usage)
        }
        return try RecipeLoader { try readIfPresent($0, limit: 4 << 20) }.source(bytes, at: path)
    }

    /// The recipe's own, or that of one of its variants.
    /// - Throws: `recipe.*`, `yaml.*`.
    func recipe(_ variant: String?) throws -> Recipe {
        let source = try source()
        return try variant.map { try source.variant($0) } ?? source.recipe
    }
}

/// The lock beside a recipe: `redis.yaml` has `redis.lock.json`, and its variant `debug` has `redis.debug.lock.json`.
struct LockFile {
    let path: FilePath
    private let recipe: String

    init(besideRecipe recipe: String, variant: String? = nil) {
        self.recipe = recipe + (variant.map { " --variant \($0)" } ?? "")
        var stem = recipe
        for ending in [".yaml", ".yml"] where stem.hasSuffix(ending) { stem.removeLast(ending.count) }
        path = FilePath(stem + (variant.map { "." + $0 } ?? "") + ".lock.json")
    }

    /// Nil when there is none, or one of apko's.
    /// - Throws: `lock.*`.
    func read() throws -> Lock? {
        guard let bytes = try readIfPresent(path, limit: 64 << 20), ApkoLock(bytes) == nil else { return nil }
        return try Lock.parse(bytes, name: path.string)
    }

    /// The lock that apko wrote beside its file.
    func apko() throws -> ApkoLock? { try readIfPresent(path, limit: 64 << 20).flatMap { ApkoLock($0) } }

    /// Gives whether the file changed.
    func write(_ lock: Lock) throws -> Bool {
        if try apko() != nil { throw ApkoLock.kept(path.string) }
        return try PlainFile.replace(path, with: try lock.encoded())
    }

    var missing: Problem {
        Problem("lock.missing", "The recipe has no lock", at: path.string, hints: ["write it: plinth lock \(recipe)"])
    }

    var stale: Problem {
        Problem(
            "lock.stale", "The lock is of another state of the recipe", at: path.string,
            hints: ["write it anew: plinth lock \(recipe)", "or build without --locked"])
    }
}

/// The content of a file; nil when it is not there.
private func readIfPresent(_ path: FilePath, limit: Int) throws -> [UInt8]? {
    do {
        return try FileSource(path).readAll(limit: limit)
    } catch let problem as Problem where (problem.cause as? Errno) == .noSuchFileOrDirectory {
        return nil
    }
}
