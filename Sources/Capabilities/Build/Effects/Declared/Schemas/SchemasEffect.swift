// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `usr/share/glib-2.0/schemas/gschemas.compiled`, as `glib-compile-schemas` makes it of the schemas beside it.
struct SchemasEffect: Effect {
    let name = "glib schemas"
    let takesAllFiles = true

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        throw Problem("effects.notYet", "The effect “glib-schemas” is not in this version", kind: .usage)
    }
}
