// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML
import SystemPackage

/// Reads a recipe and all that it includes.
struct RecipeLoader {
    /// Gives the content of a file; nil when it is not there.
    typealias Read = (FilePath) throws -> [UInt8]?

    private static let mostFiles = 64
    let read: Read
    /// Where includes are looked for that are not beside the file that names them, as apko does it.
    var working: FilePath = ""

    /// - Throws: `recipe.*`, `yaml.*`.
    func source(_ bytes: [UInt8], at path: FilePath) throws -> RecipeSource {
        var walk = Walk(loader: self, directory: path.removingLastComponent())
        return try RecipeSource(try walk.merged(bytes, path, prefix: "", open: []))
    }

    private struct Walk {
        let loader: RecipeLoader
        /// The recipe's own.
        let directory: FilePath
        var count = 0

        /// A file with what it includes below it.
        mutating func merged(_ bytes: [UInt8], _ path: FilePath, prefix: String, open: [FilePath]) throws -> RecipeNode
        {
            count += 1
            let document = RecipeDocument(try YAMLDocument.parse(bytes, name: path.string), prefix: prefix)
            let (include, own) = RecipeNode(document.yaml.root, in: document).taking("include")
            guard let include else { return own }
            let here = path.lexicallyNormalized()
            var result: RecipeNode?
            for name in try Self.names(include) {
                let lower = try included(name, by: path, open: open + [here])
                result = result.map { $0.overlaid(by: lower) } ?? lower
            }
            return result.map { $0.overlaid(by: own) } ?? own
        }

        private static func names(_ include: RecipeNode) throws -> [RecipeNode] {
            let value = RecipeValue(node: include, name: "include")
            let nodes = if case .sequence(let nodes) = include.content { nodes } else { [include] }
            for node in nodes where node.text?.isEmpty ?? true || node.isNull {
                throw value.wrong("a file, or a list of files")
            }
            return nodes
        }

        private mutating func included(_ node: RecipeNode, by path: FilePath, open: [FilePath]) throws -> RecipeNode {
            let name = FilePath(node.text ?? "")
            func problem(_ code: String, _ what: String, _ hints: [String] = []) -> Problem {
                node.document.problem(code, what, at: node.position, hints: hints)
            }
            guard count < RecipeLoader.mostFiles else { throw problem("recipe.include", "Too many files are included") }
            let beside = path.removingLastComponent().pushing(name)
            let elsewhere = loader.working.pushing(name)
            let isBeside = try loader.read(beside) != nil
            let place = isBeside ? beside : elsewhere
            guard !open.contains(place.lexicallyNormalized()) else {
                throw problem("recipe.include", "A recipe includes itself", ["leave one of the includes out"])
            }
            guard let bytes = try loader.read(place) else {
                throw problem(
                    "recipe.include", "There is no such file to include",
                    ["it was looked for at \(beside)\(beside == elsewhere ? "" : " and \(elsewhere)")"])
            }
            return try merged(bytes, place, prefix: prefix(of: place, isBeside: isBeside), open: open)
        }

        /// The way from the recipe's directory to the file's.
        private func prefix(of place: FilePath, isBeside: Bool) -> String {
            guard isBeside else { return "" }
            let folder = place.removingLastComponent().lexicallyNormalized()
            if folder.isAbsolute { return folder.string }
            let from = Array(directory.lexicallyNormalized().components)
            let to = Array(folder.components)
            let common = zip(from, to).prefix { $0 == $1 }.count
            let ups = from[common...].map { _ in FilePath.Component("..") }
            return FilePath(root: nil, ups + to[common...]).string
        }
    }
}
