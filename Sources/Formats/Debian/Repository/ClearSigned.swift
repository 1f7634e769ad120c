// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// The cleartext signature framework of RFC 9580, section 7, as `InRelease` uses it.
package enum ClearSigned {
    /// The text inside the one signed block: dash-escaping undone, no blanks at line ends, every line ended by LF.
    ///
    /// Nothing is verified here. Stricter than the RFC: nothing but blank lines may stand outside the block.
    /// - Throws: `Problem` with code `signed.syntax` naming the line.
    package static func split(_ bytes: [UInt8]) throws -> [UInt8] {
        var lines = Lines(bytes)
        guard let first = lines.nextFull(), trimmedEnd(first).elementsEqual(begin.utf8) else {
            throw lines.problem("it does not begin with \(begin)")
        }
        try skipHeaders(&lines)
        let text = try signedText(&lines)
        try skipSignature(&lines)
        while let line = lines.next() {
            guard line.allSatisfy(isBlank) else { throw lines.problem("something follows the signature") }
        }
        return text
    }

    /// Armour headers up to the empty line; only `Hash` may be there.
    private static func skipHeaders(_ lines: inout Lines) throws {
        while let line = lines.next() {
            let line = trimmedEnd(line)
            if line.isEmpty { return }
            guard line.starts(with: "Hash: ".utf8) else {
                throw lines.problem("an armour header other than Hash")
            }
        }
        throw lines.problem("it ends before the text")
    }

    private static func signedText(_ lines: inout Lines) throws -> [UInt8] {
        var text: [UInt8] = []
        while let line = lines.next() {
            if line.starts(with: "- ".utf8) {
                append(line.dropFirst(2), to: &text)
            } else if line.first == UInt8(ascii: "-") {
                guard trimmedEnd(line).elementsEqual(signature.utf8) else {
                    throw lines.problem("a line begins with a dash that is not escaped")
                }
                return text
            } else {
                append(line, to: &text)
            }
        }
        throw lines.problem("the signature is missing")
    }

    /// RFC 9580 leaves blanks at the ends of lines out of what is signed; so they are left out here.
    private static func append(_ line: ArraySlice<UInt8>, to text: inout [UInt8]) {
        text.append(contentsOf: trimmedEnd(line))
        text.append(newline)
    }

    private static func skipSignature(_ lines: inout Lines) throws {
        while let line = lines.next() {
            let line = trimmedEnd(line)
            if line.elementsEqual(end.utf8) { return }
            guard line.first != UInt8(ascii: "-") else { throw lines.problem("the signature is not closed") }
        }
        throw lines.problem("the signature is cut short")
    }

    private static func trimmedEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while let last = line.last, last == space || last == tab || last == carriageReturn { line.removeLast() }
        return line
    }

    private static let begin = "-----BEGIN PGP SIGNED MESSAGE-----"
    private static let signature = "-----BEGIN PGP SIGNATURE-----"
    private static let end = "-----END PGP SIGNATURE-----"
}

/// The lines of a file, one after the other.
private struct Lines {
    private var rest: ArraySlice<UInt8>
    private var number = 0

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func next() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        number += 1
        let end = rest.firstIndex(of: newline) ?? rest.endIndex
        defer { rest = end < rest.endIndex ? rest[(end + 1)...] : rest[end...] }
        return rest[rest.startIndex..<end]
    }

    /// The next line that is not blank.
    mutating func nextFull() -> ArraySlice<UInt8>? {
        while let line = next() {
            if !line.allSatisfy(isBlank) { return line }
        }
        return nil
    }

    func problem(_ why: String) -> Problem {
        Problem("signed.syntax", "A signed file is not one signed text", why: "line \(max(1, number)): \(why)")
    }
}
