// SPDX-License-Identifier: Apache-2.0
package import ArgumentParser
import PlinthCore
import PlinthKit

/// The program: `plinth VERB …`.
package struct PlinthCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "plinth",
        abstract: "Choose, build, prove and keep fresh the images that containers stand on.",
        discussion: """
            Images are built from signed packages, without a daemon, without root, and
            the same input gives the same bytes.

            EXAMPLES
              plinth pack redis-server --from debian:trixie -o redis
              plinth build examples/python.yaml -o oci-archive:python.tar
            """,
        version: Toolkit.version,
        subcommands: [
            PackCommand.self, BuildCommand.self, LockCommand.self, InspectCommand.self, TreeCommand.self,
            DiffCommand.self, CopyCommand.self, PushCommand.self, PullCommand.self, ExportCommand.self,
            LoginCommand.self, LogoutCommand.self, CacheCommand.self,
        ])

    package init() {}

    /// Parses the arguments, runs the command and ends the program.
    package static func runMain() async -> Never {
        do {
            if let problem = UnknownCommand.problem(in: CommandLine.arguments.dropFirst(), of: self) { throw problem }
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            exit(withError: nil)
        } catch let problem as Problem {
            Console.standardError(ProblemRendering.lines(problem).joined(separator: "\n"))
            exit(withError: ExitCode(problem.exitCode))
        } catch let error where isUsage(error) {
            exit(withError: error)
        } catch {
            Console.standardError("error: \(error)")
            exit(withError: ExitCode(2))
        }
    }

    /// ArgumentParser's own errors, help and clean exits know how to print themselves.
    private static func isUsage(_ error: any Error) -> Bool {
        error is ExitCode || error is CleanExit || error is ValidationError
            || exitCode(for: error) == .validationFailure || exitCode(for: error) == .success
    }
}

extension Problem {
    /// Exit codes of every command: 2 could not, 3 could not judge, 64 used wrongly, 70 our bug.
    var exitCode: Int32 {
        switch kind {
        case .couldNot: 2
        case .couldNotJudge: 3
        case .usage: 64
        case .bug: 70
        }
    }
}
