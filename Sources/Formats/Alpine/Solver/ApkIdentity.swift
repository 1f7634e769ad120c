// SPDX-License-Identifier: Apache-2.0

/// The identity of a package: `Q1` and the base64 of 20 bytes.
enum ApkIdentity {
    /// Clears the two bits of the last letter that say nothing: then equal bytes have equal texts.
    static func normalise(_ bytes: inout [UInt8], from start: Int) {
        let last = start + 28
        guard bytes.count == last + 2, bytes[last + 1] == UInt8(ascii: "="),
            let value = alphabet.firstIndex(of: bytes[last])
        else { return }
        bytes[last] = alphabet[value & ~3]
    }

    static func isSame(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        var (one, other) = (Array(left), Array(right))
        normalise(&one, from: 0)
        normalise(&other, from: 0)
        return one == other
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
