// SPDX-License-Identifier: Apache-2.0

/// What packages leave to programs that run when a system is installed or started, done if the recipe asks for it.
package enum DeclaredEffect: String, Codable, CaseIterable, Sendable {
    case sysusers, tmpfiles
    case glibSchemas = "glib-schemas"
    /// What needs programs of the image: done when everything else is.
    case fontconfig, bytecode

    /// Accounts before what belongs to them.
    static func effects(_ chosen: Set<DeclaredEffect>) -> [any Effect] {
        allCases.filter(chosen.contains).compactMap(\.effect)
    }

    private var effect: (any Effect)? {
        switch self {
        case .sysusers: SysusersEffect()
        case .tmpfiles: TmpfilesEffect()
        case .glibSchemas: SchemasEffect()
        case .fontconfig, .bytecode: nil
        }
    }

    /// The program that scripts need not run where the effect is asked for. What those for accounts and files do is
    /// done where scripts call them, for the sake of the lines behind.
    var standsIn: String? {
        switch self {
        case .glibSchemas: "glib-compile-schemas"
        case .fontconfig: "fc-cache"
        case .bytecode: "py3compile"
        case .sysusers, .tmpfiles: nil
        }
    }
}
