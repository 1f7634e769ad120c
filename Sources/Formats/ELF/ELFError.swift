// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a file that begins as an ELF object does. Offsets count from the start of the file.
package enum ELFError: Error, Hashable, Sendable {
    /// `e_ident` names a class or byte order that does not exist.
    case badIdentity(offset: Int, value: UInt8)
    /// Something lies outside the file.
    case outOfBounds(offset: UInt64, length: UInt64)
    /// A program header has another size than its class asks for.
    case badEntrySize(UInt64)
    /// An address of the dynamic section lies in no loaded segment.
    case unmapped(address: UInt64)
    /// A name without an end, or longer than 4,096 bytes.
    case badString(offset: UInt64)
    /// More program headers or dynamic entries than a real object has.
    case tooMany(UInt64)
}

extension ELFError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badIdentity(let offset, let value): "byte \(offset) of the ELF identity is \(value)"
        case .outOfBounds(let offset, let length): "\(length) bytes at \(offset) lie outside the file"
        case .badEntrySize(let size): "program headers of \(size) bytes"
        case .unmapped(let address): "address \(address) lies in no loaded segment"
        case .badString(let offset): "the name at \(offset) has no end"
        case .tooMany(let count): "\(count) entries in one table"
        }
    }
}
