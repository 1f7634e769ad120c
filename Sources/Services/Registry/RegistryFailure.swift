// SPDX-License-Identifier: Apache-2.0
import NIOSSL
import PlinthCore
import PlinthWeb

/// Why an attempt failed, and whether another may succeed.
struct RegistryFailure: Error {
    var problem: Problem
    var isTemporary = false
    /// It seldom passes within seconds: a name that is unknown, a port that is closed.
    var seldomPasses = false
    /// The server said nothing for too long.
    var isSilence = false
    /// What the server asked for (RFC 9110, section 10.2.3).
    var retryAfter: Duration?

    /// What went wrong before the first byte of an answer.
    static func connecting(_ error: any Error, to address: WebAddress) -> RegistryFailure {
        if isCertificateFailure(error) {
            let problem = Problem(
                "registry.certificate", "A registry's certificate is not trusted", at: address.hostAndPort,
                why: networkReason(error),
                hints: [
                    "Put the authority's certificate into /etc/containers/certs.d/\(address.hostAndPort)/ca.crt",
                    "Name a file with the missing certificate in PLINTH_CA_FILE",
                ])
            return RegistryFailure(problem: problem)
        }
        if isInterruption(error) {
            var failure = truncated("A connection to a registry broke off", address, networkReason(error))
            failure.isSilence = PlinthWeb.isSilence(error)
            return failure
        }
        var hints = ["Check the name and port of the registry, and http_proxy, https_proxy and no_proxy"]
        if error is BoringSSLError {
            let place = "/etc/containers/certs.d/\(address.hostAndPort)/"
            hints = ["If it wants a certificate of yours, put it into \(place) as client.cert and client.key"]
        }
        let problem = Problem(
            "registry.unreachable", "A registry cannot be reached", at: address.hostAndPort, why: networkReason(error),
            hints: hints)
        return RegistryFailure(
            problem: problem, isTemporary: !isHopeless(error), seldomPasses: true,
            isSilence: PlinthWeb.isSilence(error))
    }

    static func truncated(_ what: String, _ address: WebAddress, _ why: String) -> RegistryFailure {
        RegistryFailure(
            problem: Problem("registry.truncated", what, at: address.place, why: why), isTemporary: true)
    }

    static func protocolFault(_ address: WebAddress, _ why: String) -> RegistryFailure {
        RegistryFailure(
            problem: Problem(
                "registry.protocol", "A registry's answer cannot be understood", at: address.place, why: why))
    }
}

extension RetrySchedule {
    /// Nil when another attempt would be of no use.
    func pause(after failures: Int, because failure: RegistryFailure) -> Duration? {
        guard failure.isTemporary, !failure.seldomPasses || failures < 3 else { return nil }
        return pause(after: failures, asked: failure.retryAfter)
    }
}

extension WebAddress {
    /// As it may be shown: the query of an upload or of a signed address may hold secrets.
    var place: String {
        var shown = self
        shown.target = String(target.prefix { $0 != "?" })
        return shown.url
    }
}
