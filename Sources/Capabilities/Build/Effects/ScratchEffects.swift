// SPDX-License-Identifier: Apache-2.0

/// What the profile `scratch`, and an image on a base, do without.
extension Effect {
    /// Such an image gets accounts when the recipe names some, and what belongs to a distribution when it has packages
    /// of one.
    func isWanted(in context: EffectContext) -> Bool {
        guard context.isScratch || context.hasBase else { return true }
        switch self {
        case is AccountsEffect: return context.accounts.areNamed
        case is SkeletonEffect, is PackageScriptsEffect, is ReleaseEffect: return !context.packages.isEmpty
        default: return takesAllFiles
        }
    }
}

extension EffectContext {
    var isScratch: Bool { profile == BuildProfile.scratch.rawValue }
}

extension DeclaredAccounts {
    /// Whether anybody is called by a name.
    fileprivate var areNamed: Bool {
        !users.isEmpty || !groups.isEmpty || runAsWords.contains { UInt32($0) == nil }
    }
}
