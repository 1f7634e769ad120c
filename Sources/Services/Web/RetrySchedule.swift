// SPDX-License-Identifier: Apache-2.0

/// How long to wait before trying again: the same in every run.
package struct RetrySchedule: Sendable {
    package var attempts = 5
    package var firstPause = Duration.milliseconds(500)
    /// No pause is longer, whatever a server asks for.
    package var longestPause = Duration.seconds(60)

    package init() {}

    /// The pause after so many failed attempts; nil when there were enough.
    /// - Parameter asked: what the server wants (Retry-After).
    package func pause(after failures: Int, asked: Duration?) -> Duration? {
        guard failures < attempts else { return nil }
        let own = firstPause * (1 << min(failures - 1, 16))
        return min(max(own, asked ?? .zero), longestPause)
    }
}
