// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthKit
import PlinthReports

/// One run of a command: a toolkit with the machine's environment, and the printing of its report.
struct Session {
    private let output: OutputOptions

    init(_ output: OutputOptions) { self.output = output }

    func toolkit<Report>(_ body: (Toolkit) async throws -> Report) async throws -> Report {
        let meter = ProgressMeter(isQuiet: output.quiet)
        let toolkit = try Toolkit(environment: .ofThisProcess(), progress: meter)
        defer { meter.clear() }
        return try await body(toolkit)
    }

    func finish<Report: Encodable>(_ report: Report, _ lines: (Report) -> [String]) throws {
        if output.json {
            Console.standardOutput(try ReportJSON.encode(report))
        } else if !output.quiet {
            Console.standardOutput(lines(report).map { Printable.line($0) }.joined(separator: "\n"))
        }
    }
}

/// Names come from images, and images from strangers: what could move the cursor is written out.
enum Printable {
    /// Control characters as `\x1b`.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            guard isControl(scalar) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            result += "\\x" + (digits.count < 2 ? "0" : "") + digits
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || (0x202a...0x202e).contains(scalar.value)
            || (0x2066...0x2069).contains(scalar.value)
    }
}
