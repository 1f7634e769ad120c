// SPDX-License-Identifier: Apache-2.0
import Crypto
import PlinthCore

/// MD5, which dpkg's database asks for; it proves nothing here.
struct MD5Stream {
    private var hash = Insecure.MD5()

    mutating func update(_ bytes: borrowing Span<UInt8>) {
        bytes.withUnsafeBufferPointer { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    func finish() -> String { hexString(Array(hash.finalize())) }
}
