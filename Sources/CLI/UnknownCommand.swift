// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthCore

/// A mistyped command, which the argument parser calls an unexpected argument.
enum UnknownCommand {
    /// Nil when the words name a command, or begin with a flag.
    static func problem(in words: ArraySlice<String>, of command: any ParsableCommand.Type) -> Problem? {
        let choices = command.configuration.subcommands
        guard let word = words.first, !word.hasPrefix("-"), !choices.isEmpty, word != "help" else { return nil }
        if let next = choices.first(where: { $0._commandName == word }) {
            return problem(in: words.dropFirst(), of: next)
        }
        let names = choices.map { $0._commandName }
        let near = nearestNames(to: word, among: names, limit: 1)
        let list = names.joined(separator: ", ")
        return Problem(
            "command.unknown", "\(command._commandName) has no command “\(word)”",
            hints: near.map { "did you mean \($0)?" } + (near.isEmpty ? ["there are \(list)"] : []), kind: .usage)
    }
}
