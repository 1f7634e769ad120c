// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// Turns a repository's list of packages (`Packages`) into the form that `CompiledIndex` reads in place.
///
/// Holds the compiled form (about a third of the list) and a window of at least 1 MiB of the list.
/// The form is described at `IndexFormat`; the same list always gives the same bytes. A field that is read may occur once
/// in a stanza; fields that are not read are passed over unseen.
package struct PackagesIndexCompiler {
    /// Part of the key under which a compiled list is kept.
    package static let formatVersion = IndexFormat.version
    /// A longer stanza is refused.
    static let stanzaLimit = 8 << 20

    private var content = IndexContent()
    private let fields = StanzaFieldTable()
    private let place: String
    private let window: Int

    /// - Parameter place: the list's path or address, for problems.
    package init(place: String) { self.init(place: place, window: 1 << 20) }

    init(place: String, window: Int) {
        self.place = place
        self.window = window
    }

    /// The compiled form of one list.
    /// - Throws: as `add` and `finish` do.
    package static func compile(_ source: any ByteSource, place: String) throws -> [UInt8] {
        var compiler = PackagesIndexCompiler(place: place)
        try compiler.add(source)
        var result: [UInt8] = []
        try compiler.finish { bytes in
            for index in bytes.indices { result.append(bytes[index]) }
        }
        return result
    }

    /// Reads a list to its end.
    /// - Throws: `Problem` with code `index.syntax` when a line is not a field, `index.badStanza` naming package and
    ///   line when a field is missing or cannot be, `index.tooLarge`; what the source throws.
    package mutating func add(_ source: any ByteSource) throws {
        var buffer = [UInt8](repeating: 0, count: window)
        var filled = 0
        var line = 1
        while true {
            filled += try Self.fill(&buffer, from: filled, source)
            let isEnd = filled < buffer.count
            let cut = isEnd ? filled : Self.endOfLastStanza(buffer.span)
            if cut == 0, !isEnd {
                try grow(&buffer, line)
                continue
            }
            line = try addStanzas(buffer.span.extracting(0..<cut), line)
            if isEnd { return }
            buffer.replaceSubrange(0..<(filled - cut), with: Array(buffer[cut..<filled]))
            filled -= cut
        }
    }

    /// Hands over the compiled form, piece by piece.
    /// - Throws: `Problem` with code `index.tooLarge`; what `write` throws.
    package consuming func finish(_ write: (borrowing Span<UInt8>) throws -> Void) throws {
        try content.write(write)
    }

    private static func fill(_ buffer: inout [UInt8], from start: Int, _ source: any ByteSource) throws -> Int {
        var span = buffer.mutableSpan
        var rest = span._mutatingExtracting(start...)
        return try source.readFully(into: &rest)
    }

    /// Behind the last empty line; 0 when there is none.
    private static func endOfLastStanza(_ bytes: borrowing Span<UInt8>) -> Int {
        var index = bytes.count - 1
        while index > 0 {
            if bytes[index] == newline, bytes[index - 1] == newline { return index + 1 }
            index -= 1
        }
        return 0
    }

    private func grow(_ buffer: inout [UInt8], _ line: Int) throws {
        guard buffer.count < Self.stanzaLimit else {
            var cursor = Deb822Cursor(line: line)
            do { while try cursor.next(in: buffer.span) != nil {} } catch { throw syntax(error) }
            throw Problem(
                "index.tooLarge", "A stanza of a package list is too long", at: "\(place):\(line)",
                why: "more than \(ByteCount(Self.stanzaLimit))")
        }
        buffer.append(contentsOf: [UInt8](repeating: 0, count: buffer.count))
    }

    /// Adds whole stanzas and gives the number of the line after them.
    private mutating func addStanzas(_ bytes: borrowing Span<UInt8>, _ line: Int) throws -> Int {
        var cursor = Deb822Cursor(line: line)
        var stanza = Stanza()
        do {
            while let item = try cursor.next(in: bytes) {
                switch item {
                case .field(let name, let value, let line):
                    stanza.note(line: line)
                    guard let field = fields.field(name, in: bytes) else { continue }
                    guard stanza.set(field, value, line: line) else {
                        throw Deb822Fault(line: line, .duplicateField(field.name))
                    }
                case .endOfParagraph:
                    try content.add(stanza, in: bytes, place)
                    stanza.clear()
                }
            }
        } catch let fault as Deb822Fault {
            throw syntax(fault)
        }
        return cursor.line
    }

    private func syntax(_ fault: Deb822Fault) -> Problem {
        Problem(
            "index.syntax", "A package list cannot be read", at: "\(place):\(fault.line)",
            why: fault.reason.description)
    }
}
