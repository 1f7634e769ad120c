// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthImage

/// Something that maintainer scripts would have done to the tree, done as data.
package protocol Effect: Sendable {
    /// One word or two, lower case, as the build report shows it.
    var name: String { get }

    /// Whether it works on what it finds, the recipe's own files too, instead of making what these may replace.
    var takesAllFiles: Bool { get }

    /// Changes the tree; the same tree and context give the same tree.
    /// - Throws: `Problem` when what packages or the recipe ask for contradicts itself.
    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport
}

extension Effect {
    package var takesAllFiles: Bool { false }
}

/// What one effect did.
package struct EffectReport: Sendable, Codable {
    package var name: String
    /// Written, linked, made or given other permissions; sorted.
    package var changed: [TreePath]
    /// The maintainer scripts whose work this was, in whole or in part.
    package var standsIn: [ScriptReference]
    /// What a person should know.
    package var notes: [String]

    package init(name: String, changed: [TreePath] = [], standsIn: [ScriptReference] = [], notes: [String] = []) {
        self.name = name
        self.changed = changed
        self.standsIn = standsIn
        self.notes = notes
    }
}

/// One maintainer script of one package.
package struct ScriptReference: Hashable, Codable, Sendable, Comparable {
    package var package: String
    /// Such as `postinst`.
    package var script: String

    package init(package: String, script: String) {
        self.package = package
        self.script = script
    }

    package static func < (left: ScriptReference, right: ScriptReference) -> Bool {
        (left.package, left.script) < (right.package, right.script)
    }
}

/// A maintainer script of which some part has no effect standing in for it.
package struct UnexplainedScript: Hashable, Codable, Sendable {
    package var package: String
    package var script: String
    /// What that part would have done, in a few words.
    package var summary: String

    package init(package: String, script: String, summary: String) {
        self.package = package
        self.script = script
        self.summary = summary
    }
}
