// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Asks a proxy for a plain `http` address by its whole name (RFC 9112, section 3.2.2).
///
/// AsyncHTTPClient would open a tunnel with CONNECT, which proxies refuse for any port but 443. So the proxy is the
/// server that is connected to, `Host` names the real one, and this handler completes the target on its way out.
final class AbsoluteTarget: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let host = head.headers.first(name: "Host") else {
            context.write(data, promise: promise)
            return
        }
        head.uri = "http://" + host + head.uri
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// Puts the handler in front of the encoder of every new connection.
    static let install: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
            try pipeline.addHandler(AbsoluteTarget(), position: .after(encoder))
        }
    }
}

extension WebAddress {
    /// The same target on the proxy.
    func through(_ proxy: WebAddress) -> WebAddress {
        var result = proxy
        result.target = target
        return result
    }
}
