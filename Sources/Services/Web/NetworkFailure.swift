// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import SystemPackage

/// Whether a request failed because the server could not prove who it is.
package func isCertificateFailure(_ error: any Error) -> Bool {
    switch error as? NIOSSLError {
    case .handshakeFailed?, .unableToValidateCertificate?, .noCertificateToValidate?, .failedToLoadCertificate?:
        true
    default: error is NIOSSLExtraError
    }
}

/// Whether a connection broke that had stood.
package func isInterruption(_ error: any Error) -> Bool {
    switch error {
    case let error as IOError:
        [.connectionReset, .brokenPipe, .timedOut].contains(Errno(rawValue: error.errnoCode))
    case let error as HTTPClientError:
        [.remoteConnectionClosed, .readTimeout, .writeTimeout].contains(error)
    case let error as ChannelError: error == .ioOnClosedChannel || error == .eof
    default: false
    }
}

/// Whether a server was reached, or should have been, and said nothing for too long.
package func isSilence(_ error: any Error) -> Bool {
    guard let error = error as? HTTPClientError else { return false }
    return [.readTimeout, .writeTimeout, .connectTimeout, .deadlineExceeded].contains(error)
}

/// Whether a request can never succeed.
package func isHopeless(_ error: any Error) -> Bool {
    switch error as? HTTPClientError {
    case .invalidURL?, .emptyHost?, .emptyScheme?, .invalidProxyConfiguration?, .proxyAuthenticationRequired?: true
    default: false
    }
}

/// An error of the network in a few words.
package func networkReason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
        if let first = error.connectionErrors.first { return networkReason(first.error) }
        return "its name is not known"
    case let error as NIOSSLExtraError where error == .failedToValidateHostname: return "it is for another name"
    case is NIOSSLError: return "it could not be verified"
    case is BoringSSLError: return "TLS was refused"
    case let error as IOError: return "\(Errno(rawValue: error.errnoCode))"
    case let error as HTTPClientError where error == .remoteConnectionClosed: return "the connection was closed"
    case let error as HTTPClientError where error == .readTimeout || error == .writeTimeout:
        return "it was silent for too long"
    case let error as HTTPClientError where error == .connectTimeout: return "it did not answer in time"
    case let error as HTTPClientError: return error.shortDescription
    default: return "\(error)"
    }
}
