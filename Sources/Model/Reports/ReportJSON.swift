// SPDX-License-Identifier: Apache-2.0
import PlinthCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The one way reports become JSON: sorted keys, two-space indentation, a newline at the end.
package enum ReportJSON {
    /// - Throws: `Problem` with code `report.encode`, a bug of ours.
    package static func encode(_ report: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(report)) + [UInt8(ascii: "\n")]
        } catch {
            throw Problem("report.encode", "A report cannot be written as JSON", cause: error, kind: .bug)
        }
    }
}
