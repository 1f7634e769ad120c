// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore
import PlinthKit
import PlinthReports

/// `plinth cache status|prune|verify`
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Look after the store of packages, indexes and layer pieces.",
        discussion: """
            EXAMPLES
              plinth cache status
              plinth cache prune --keep 30
            """,
        subcommands: [Status.self, Prune.self, Verify.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show where the store is and how much it holds.",
            discussion: """
                EXAMPLES
                  plinth cache status
                  plinth cache status --json
                """)

        @OptionGroup var output: OutputOptions

        func run() async throws { try await CacheCommand.run(.status, output) }
    }

    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete what has not been used lately.",
            discussion: """
                EXAMPLES
                  plinth cache prune
                  plinth cache prune --keep 7
                """)

        @Option(help: ArgumentHelp("Keep what was used in the last days.", valueName: "days"))
        var keep = 30

        @OptionGroup var output: OutputOptions

        func validate() throws {
            if keep < 0 { throw ValidationError("--keep takes a number of days, 0 or more") }
        }

        func run() async throws { try await CacheCommand.run(.prune(keepDays: keep), output) }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read everything again and set damaged files aside.",
            discussion: """
                Exit code 1 means that damaged files were found; they are fetched or made
                anew when they are needed again.

                EXAMPLES
                  plinth cache verify
                  plinth cache verify --json
                """)

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await CacheCommand.run(.verify, output)
            if !report.faults.isEmpty { throw ExitCode(1) }
        }
    }

    @discardableResult
    private static func run(_ action: CacheAction, _ output: OutputOptions) async throws -> CacheReport {
        let session = Session(output)
        let report = try await session.toolkit { try $0.cache(action) }
        try session.finish(report) { CacheRendering.lines($0) }
        return report
    }
}
