// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthWeb

/// Why an attempt failed, and whether another may succeed.
struct FetchFailure: Error {
    var problem: Problem
    var isTemporary = false
    /// Nobody answered: a name that is unknown or a port that is closed seldom changes within seconds.
    var isUnreachable = false
    /// What the server asked for (RFC 9110, section 10.2.3).
    var retryAfter: Duration?
    /// What was written is of no use: begin again from the first byte.
    var needsRestart = false

    /// An answer other than the one that was wanted.
    /// - Parameter now: seconds since 1970.
    static func status(_ answer: HTTPAnswer, now: Int64) -> FetchFailure {
        let code = answer.status
        if code == 404 || code == 410 { return FetchFailure(problem: missing(answer.address.url)) }
        let problem = Problem(
            "fetch.status", "A server refused a request", at: answer.address.url, why: "it answered \(code)",
            hints: code == 401 || code == 403 || code == 407 ? ["Check the name and password in the address"] : [])
        return FetchFailure(
            problem: problem, isTemporary: [408, 425, 429, 500, 502, 503, 504].contains(code),
            retryAfter: answer.header("Retry-After").flatMap { RetryAfter.parse($0, now: now) })
    }

    static func missing(_ address: String) -> Problem {
        Problem(
            "fetch.missing", "A file is not where it should be", at: address,
            hints: ["Check the mirror and the suite", "Renew the lock: archives delete superseded versions"])
    }

    /// What went wrong before the first byte of an answer.
    static func connecting(_ error: any Error, to address: WebAddress) -> FetchFailure {
        if isCertificateFailure(error) {
            let problem = Problem(
                "fetch.certificate", "A server's certificate is not trusted", at: address.host,
                why: networkReason(error),
                hints: ["Name a file with the missing certificate in PLINTH_CA_FILE"])
            return FetchFailure(problem: problem)
        }
        let problem = Problem(
            "fetch.unreachable", "A server cannot be reached", at: address.host, why: networkReason(error),
            hints: [
                "Check the mirror that is configured for this distribution, and http_proxy and https_proxy",
                "Use --offline to work with what the store holds",
            ])
        return FetchFailure(problem: problem, isTemporary: !isHopeless(error), isUnreachable: true)
    }

    /// What went wrong in the middle.
    static func receiving(_ error: any Error, from address: WebAddress, count: Int64, of size: ByteCount?)
        -> FetchFailure
    {
        let got = ByteCount(count)
        let problem = Problem(
            "fetch.truncated", "A download broke off", at: address.url,
            why: "\(networkReason(error)) after \(got)\(size.map { " of \($0)" } ?? "")")
        return FetchFailure(problem: problem, isTemporary: true)
    }
}
