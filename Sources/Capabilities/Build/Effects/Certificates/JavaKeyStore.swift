// SPDX-License-Identifier: Apache-2.0
import Crypto

/// Java's own key store format, "JKS" version 2, with certificates only.
enum JavaKeyStore {
    struct Entry {
        var alias: String
        /// DER.
        var certificate: [UInt8]
    }

    /// The password that everyone knows; it only guards against damage.
    private static let password = "changeit"

    /// - Parameter time: seconds since 1970, given as the day on which each entry was made.
    static func encode(_ entries: [Entry], at time: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        func number(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.bigEndian) { bytes += $0 } }
        func text(_ value: String) {
            number(UInt16(clamping: value.utf8.count))
            bytes += Array(value.utf8.prefix(Int(UInt16.max)))
        }
        number(0xfeed_feed as UInt32)
        number(2 as UInt32)
        number(UInt32(clamping: entries.count))
        for entry in entries {
            number(2 as UInt32)
            text(entry.alias)
            number(time.multipliedReportingOverflow(by: 1000).partialValue)
            text("X.509")
            number(UInt32(clamping: entry.certificate.count))
            bytes += entry.certificate
        }
        // The digest goes over the password in UTF-16, a phrase of the format's makers, and the store.
        let salted = password.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] } + Array("Mighty Aphrodite".utf8)
        return bytes + Array(Insecure.SHA1.hash(data: salted + bytes))
    }
}
