// SPDX-License-Identifier: Apache-2.0

/// A line that is passed over, as the programs that read these files pass it over.
package struct ConfigurationFault: Error, Equatable, Sendable {
    package enum Reason: Error, Equatable, Sendable {
        case openQuote, escape
        case fields
        /// The action or its modifiers.
        case action(String)
        case name(String)
        case number(String)
        case path(String)
        /// A letter behind `%` that nobody knows, or that stands for a fact of a running machine.
        case specifier(String)
        case argument
        /// More lines than anybody writes.
        case tooMany
    }

    /// From 1.
    package let line: Int
    package let reason: Reason
}

extension ConfigurationFault.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .openQuote: "quotes that do not end"
        case .escape: "a backslash that stands for nothing"
        case .fields: "too few or too many fields"
        case .action(let text): "the action “\(text)” is not one that an image can have"
        case .name(let text): "“\(text)” is no name for an account"
        case .number(let text): "“\(text)” is no number for an account or mode"
        case .path(let text): "“\(text)” is no path that can be used"
        case .specifier(let text): "“%\(text)” stands for nothing that an image knows"
        case .argument: "an argument that is missing or has no meaning"
        case .tooMany: "too many lines"
        }
    }
}

/// The lines of a file and those that could not be used.
package struct ConfigurationLines<Line: Sendable>: Sendable {
    package private(set) var lines: [Line] = []
    package private(set) var faults: [ConfigurationFault] = []

    /// The most lines of one file that are read.
    static var limit: Int { 4096 }

    init(_ bytes: [UInt8], _ parse: (ArraySlice<UInt8>) throws(ConfigurationFault.Reason) -> Line?) {
        var count = 0
        for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let text = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
            guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            count += 1
            guard count <= Self.limit else {
                faults.append(ConfigurationFault(line: index + 1, reason: .tooMany))
                return
            }
            do {
                if let found = try parse(text) { lines.append(found) }
            } catch {
                faults.append(ConfigurationFault(line: index + 1, reason: error))
            }
        }
    }
}
