// SPDX-License-Identifier: Apache-2.0

/// `bytes 100-199/200` (RFC 9110, section 14.4).
package struct ContentRange: Equatable {
    package let first: Int64
    package let total: Int64?

    package init?(_ text: String?) {
        guard let text, text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let dash = parts[0].firstIndex(of: "-"), let first = Int64(parts[0][..<dash]) else {
            return nil
        }
        self.first = first
        total = Int64(parts[1])
    }
}
