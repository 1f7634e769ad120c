// SPDX-License-Identifier: Apache-2.0
/// Which requests go through a proxy: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, as curl reads them.
package struct Proxies: Sendable, Equatable {
    var http: WebAddress?
    var https: WebAddress?
    /// Names and endings of hosts that are reached directly.
    var direct: [String]

    package static let none = Proxies(variables: [:])

    /// Capital letters count too, except in `HTTP_PROXY`: a web server's client could set that one.
    package init(variables: [String: String]) {
        func read(_ names: [String]) -> String? {
            names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
        }
        func address(_ names: [String]) -> WebAddress? {
            read(names).flatMap { WebAddress($0.contains("://") ? $0 : "http://" + $0) }
        }
        http = address(["http_proxy", "all_proxy", "ALL_PROXY"])
        https = address(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
        direct = (read(["no_proxy", "NO_PROXY"]) ?? "").split { $0 == "," || $0 == " " }
            .map { $0.lowercased() }
    }

    /// The same, with this machine reached directly, as registries are by other programs.
    package var sparingLoopback: Proxies {
        var copy = self
        copy.direct += ["localhost", "127.0.0.1", "[::1]"]
        return copy
    }

    /// The proxy for an address; nil when it is reached directly.
    func proxy(for address: WebAddress) -> WebAddress? {
        if direct.contains(where: { covers($0, address) }) { return nil }
        return address.isSecure ? https : http
    }

    private func covers(_ entry: String, _ address: WebAddress) -> Bool {
        if entry == "*" { return true }
        var name = entry[...]
        if let colon = entry.lastIndex(of: ":"), let port = Int(entry[entry.index(after: colon)...]) {
            guard port == address.effectivePort else { return false }
            name = entry[..<colon]
        }
        if name.hasPrefix("*") { name = name.dropFirst() }
        if name.hasPrefix(".") { name = name.dropFirst() }
        return !name.isEmpty && (address.host == name || address.host.hasSuffix("." + name))
    }
}
