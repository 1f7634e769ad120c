// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

/// How downloads are made.
package struct FetchConfiguration: Sendable {
    /// Nothing is fetched: what the store lacks is a problem.
    package var isOffline = false
    package var proxies: Proxies
    /// Certificates to trust beside the machine's own, in PEM.
    package var certificates: FilePath?
    package var retries = RetrySchedule()
    package var connectTimeout = Duration.seconds(10)
    /// How long a server may be silent.
    package var idleTimeout = Duration.seconds(30)

    package init(proxies: Proxies = .none) { self.proxies = proxies }

    /// Reads the proxy variables and `PLINTH_CA_FILE`.
    package init(_ environment: Environment, isOffline: Bool) {
        self.init(proxies: Proxies(variables: environment.variables))
        self.isOffline = isOffline
        certificates = environment["PLINTH_CA_FILE"].map { FilePath($0) }
    }
}

/// How long to wait before trying again: the same in every run.
package struct RetrySchedule: Sendable {
    package var attempts = 5
    package var firstPause = Duration.milliseconds(500)
    /// No pause is longer, whatever a server asks for.
    package var longestPause = Duration.seconds(60)

    package init() {}

    /// The pause after so many failed attempts; nil when there were enough.
    /// - Parameter asked: what the server wants (Retry-After).
    func pause(after failures: Int, asked: Duration?) -> Duration? {
        guard failures < attempts else { return nil }
        let own = firstPause * (1 << min(failures - 1, 16))
        return min(max(own, asked ?? .zero), longestPause)
    }

    /// Nil when another attempt would be of no use.
    func pause(after failures: Int, because failure: FetchFailure) -> Duration? {
        guard failure.isTemporary, !failure.isUnreachable || failures < 3 else { return nil }
        return pause(after: failures, asked: failure.retryAfter)
    }
}

/// Told how downloads get on; called from many tasks at once.
package protocol ProgressSink: Sendable {
    func started(_ name: String, size: ByteCount?)
    /// - Parameter received: bytes so far; smaller than before when a download begins again.
    func advanced(_ name: String, received: ByteCount)
    func finished(_ name: String, isFromStore: Bool)
}

/// Tells nobody.
package struct NoProgress: ProgressSink {
    package init() {}
    package func started(_ name: String, size: ByteCount?) {}
    package func advanced(_ name: String, received: ByteCount) {}
    package func finished(_ name: String, isFromStore: Bool) {}
}
