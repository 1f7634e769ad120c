// SPDX-License-Identifier: Apache-2.0

/// Which way something moves.
package enum Movement: Sendable {
    case fetching, sending
}

/// Told how downloads and uploads get on; called from many tasks at once.
package protocol ProgressSink: Sendable {
    func started(_ name: String, size: ByteCount?, _ movement: Movement)
    /// - Parameter received: bytes so far; smaller than before when a download begins again.
    func advanced(_ name: String, received: ByteCount)
    func finished(_ name: String, isFromStore: Bool)
}

/// Tells nobody.
package struct NoProgress: ProgressSink {
    package init() {}
    package func started(_ name: String, size: ByteCount?, _ movement: Movement) {}
    package func advanced(_ name: String, received: ByteCount) {}
    package func finished(_ name: String, isFromStore: Bool) {}
}
