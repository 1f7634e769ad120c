// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML
import SystemPackage

/// What a recipe file says, with what it includes: the recipe itself and its variants, every one of them read and checked.
struct RecipeSource: Sendable {
    let recipe: Recipe
    /// The names of the variants that the recipe declares, in its order.
    let variants: [String]
    private let root: RecipeNode
    private let declared: [String: RecipeNode]

    /// - Parameter root: everything merged, `vars` and `variants` among it.
    /// - Throws: `recipe.*`.
    init(_ root: RecipeNode) throws {
        let (variants, rest) = root.taking("variants")
        self.root = rest
        declared = Dictionary((variants?.entries ?? []).map { ($0.name, $0.value) }) { first, _ in first }
        self.variants = (variants?.entries ?? []).map(\.name)
        if let variants { try Self.check(variants) }
        recipe = try Self.decoded(rest)
        for name in self.variants { _ = try variant(name) }
    }

    /// The recipe with a variant laid upon it; `debug` is there even when nobody declares it.
    /// - Throws: `recipe.*`.
    func variant(_ name: String) throws -> Recipe {
        if let node = declared[name] {
            return try Self.decoded(node.isNull ? root : root.overlaid(by: node))
        }
        guard name == "debug" else { throw unknown(name) }
        var copy = recipe
        copy.contents.packages += try toolbox.filter { !recipe.contents.packages.contains($0) }
        return copy
    }

    /// A shell and the usual small programs.
    private var toolbox: [String] {
        get throws {
            guard let family = try recipe.family else {
                throw Problem(
                    "recipe.variant", "The variant debug needs a distribution to take a shell from",
                    hints: ["name one in the recipe, or declare the variant with files of its own"], kind: .usage)
            }
            return family.toolbox
        }
    }

    private static func decoded(_ node: RecipeNode) throws -> Recipe {
        let (vars, rest) = node.taking("vars")
        var variables = try RecipeVariables(vars)
        return try Recipe(RecipeValue(node: try variables.expanded(rest), name: "recipe"))
    }

    private static func check(_ variants: RecipeNode) throws {
        guard case .mapping(let entries) = variants.content else {
            throw RecipeValue(node: variants, name: "variants").wrong("names with what they change, as in debug: {…}")
        }
        for entry in entries where !TextForm.variant.accepts(entry.name) {
            throw entry.document.problem(
                "recipe.value", "A variant's name is made of small letters, digits, ., _ and -", at: entry.position)
        }
        for entry in entries where !entry.value.isNull {
            // Its own mistakes are told as a variant's.
            _ = try MappingReader(RecipeValue(node: entry.value, name: entry.name), RecipeKeys.variant)
        }
    }

    private func unknown(_ name: String) -> Problem {
        let near = nearestNames(to: name, among: variants.filter { $0 != "debug" } + ["debug"])
        let known = variants.isEmpty ? "it has none but debug" : "it has \(alternatives(variants))"
        return Problem(
            "recipe.variant", "The recipe has no variant “\(SourceExcerpt.word(name))”",
            hints: [near.isEmpty ? known : "did you mean \(alternatives(near))?"], kind: .usage)
    }
}
