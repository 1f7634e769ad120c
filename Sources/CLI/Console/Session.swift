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
            Console.standardOutput(lines(report).joined(separator: "\n"))
        }
    }
}
