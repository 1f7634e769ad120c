// SPDX-License-Identifier: Apache-2.0

/// Tells attempts that get on from those that do not: a large blob may break off more often than we try again.
struct Headway {
    /// The furthest that any attempt came. What was thrown away since does not count twice.
    private var furthest: Int64

    init(_ start: Int64 = 0) { furthest = start }

    /// Whether a mebibyte was won since the last time that this was so.
    mutating func isMade(_ position: Int64) -> Bool {
        guard position - furthest >= 1 << 20 else { return false }
        furthest = position
        return true
    }
}

/// Notices a server that sends just enough to never be silent.
struct Pace {
    /// A kilobyte at least must come within it.
    let window: Duration
    private var begin = ContinuousClock.now
    private var count = 0

    init(window: Duration) { self.window = window }

    /// False when too little came since the window opened.
    mutating func goesOn(_ received: Int) -> Bool {
        count += received
        if count >= 1024 {
            begin = .now
            count = 0
        }
        return begin.duration(to: .now) < window
    }
}
