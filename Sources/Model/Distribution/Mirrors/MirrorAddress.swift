// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Addresses of archives, as people and apt write them.
enum MirrorAddress {
    /// An `http`, `https` or `file` address or an absolute path, without slashes at its end; nil for anything else.
    static func normal(_ text: some StringProtocol) -> String? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
        var address = String(text)
        for scheme in ["copy:", "file:"] where address.lowercased().hasPrefix(scheme) {
            var path = address.dropFirst(scheme.count)
            if path.hasPrefix("//localhost/") { path = path.dropFirst(11) }
            while path.hasPrefix("//") { path = path.dropFirst() }
            guard path.hasPrefix("/") else { return nil }
            address = "file://" + path
        }
        let lowered = address.lowercased()
        let start = ["https://", "http://", "file://", "/"].first { lowered.hasPrefix($0) }
        guard let start else { return nil }
        while address.hasSuffix("/") && address.utf8.count > start.utf8.count { address.removeLast() }
        return address.utf8.count > start.utf8.count ? address : nil
    }

    /// - Throws: `Problem` with code `mirror.address`, which shows no password.
    static func checked(_ text: String, from setting: String) throws -> String {
        if let address = normal(text) { return address }
        throw Problem(
            "mirror.address", "This is not the address of an archive", at: setting,
            why: "it must begin with https://, http://, file:/// or /", kind: .usage)
    }

    static func isLocal(_ address: String) -> Bool { address.hasPrefix("/") || address.hasPrefix("file:") }

    /// Whether the address looks like a mirror of all that the family publishes: `https://mirror.example.org/debian`.
    ///
    /// Only then is it assumed that suites exist which nobody named. A folder on this machine holds what somebody put
    /// there, so nothing is assumed of it.
    static func isWhole(_ address: String, _ family: Distribution.Family) -> Bool {
        guard !isLocal(address) else { return false }
        let last = lastComponent(address)
        return last == family.rawValue || (family == .ubuntu && last == "ubuntu-ports")
    }

    static func lastComponent(_ address: String) -> Substring {
        guard let host = address.firstRange(of: "://") else { return address[...].split(separator: "/").last ?? "" }
        return address[host.upperBound...].split(separator: "/").dropFirst().last ?? ""
    }

    /// Where a whole mirror keeps security updates: Debian beside its archive, Ubuntu in it.
    static func security(of address: String, _ family: Distribution.Family) -> String? {
        guard isWhole(address, family) else { return nil }
        return family == .debian ? address + "-security" : address
    }
}
