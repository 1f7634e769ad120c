// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthWeb
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
    /// Seconds since 1970: some servers name a time at which to try again.
    package var now: @Sendable () -> Int64 = { 0 }

    package init(proxies: Proxies = .none) { self.proxies = proxies }

    /// Reads the proxy variables and `PLINTH_CA_FILE`.
    package init(_ environment: Environment, isOffline: Bool) {
        self.init(proxies: Proxies(variables: environment.variables))
        self.isOffline = isOffline
        certificates = environment["PLINTH_CA_FILE"].map { FilePath($0) }
        now = environment.now
    }
}

extension RetrySchedule {
    /// Nil when another attempt would be of no use.
    func pause(after failures: Int, because failure: FetchFailure) -> Duration? {
        guard failure.isTemporary, !failure.isUnreachable || failures < 3 else { return nil }
        return pause(after: failures, asked: failure.retryAfter)
    }
}
