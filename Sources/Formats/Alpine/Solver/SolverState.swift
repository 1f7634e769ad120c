// SPDX-License-Identifier: Apache-2.0

/// What is known of a name while a set is looked for.
struct NameState {
    enum Queue: UInt8 { case none, now, selectable, waiting }

    /// Who has the name; meaningful once `isLocked`.
    var chosen = Provider.none
    /// The later a name is discovered, the earlier it is decided.
    var order: UInt32 = 0
    /// How many constraints ask for it; more than one may be counted twice.
    var requirers: Int32 = 0
    /// While the candidates of a name are merged: how many of them, one after another, depend on this one or provide it.
    var mergedDependencies: Int32 = 0
    var mergedProvisions: Int32 = 0
    var mergedVirtually = false
    /// Whether the request says something of it.
    var isMarked = false
    var isSeen = false
    var isLocked = false
    var isDirty = false
    var recheckDependencies = false
    var recheckConditions = false
    /// Whether an `install_if` holds for one of its packages, and whether none ever can.
    var isTriggered = false
    var cannotTrigger = true
    /// Whether a condition waits to hear that the name is not taken.
    var isAwaited = false
    var hasOptions = false
    var isSelectable = false
    var areDependantsDone = false
    var queue = Queue.none
}

/// What is known of a package while a set is looked for.
struct PackageState {
    /// Constraints that it does not meet.
    var conflicts: Int32 = 0
    /// Bits of tags.
    var allowedTags: UInt64 = 1
    var preference: ApkPreference = []
    var inherited: ApkPreference = []
    var isSeen = false
    var isAvailable = false
    /// Whether it could still be installed.
    var isSelectable = false
    var isTagAllowed = false
    var isTagPreferred = false
    /// Whether it was among the candidates when dependencies were merged last.
    var wasMerged = false
    var isMerged = false
    var isTriggered = false
    var cannotTrigger = true
    var hasError = false
}
