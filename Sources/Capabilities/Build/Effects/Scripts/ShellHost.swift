// SPDX-License-Identifier: Apache-2.0

/// What stands in for the programs and the files that a script would meet.
protocol ShellHost {
    /// The bits of `umask`.
    var mask: UInt16 { get set }
    /// The numbers of who runs commands.
    var actor: (user: UInt32, group: UInt32) { get set }
    /// Goes on as another user; false when there is none of that name.
    mutating func become(_ user: String) -> Bool
    /// The content of a script that is read in.
    func script(_ path: String) -> [UInt8]?
    /// Whether `run` knows what a program does.
    func knows(_ program: String) -> Bool
    /// The text of a program that is a shell script.
    func program(_ name: String) -> [UInt8]?
    /// The paths that a pattern stands for, itself when there is none; nil when they are not known.
    mutating func expand(_ pattern: String) -> [String?]?
    /// debconf's answer to a question.
    func answer(_ question: String) -> String?
    /// Does what a command would do, as far as it is known.
    mutating func run(_ call: ShellCall) -> ShellOutcome
    /// The answer to `[ -e path ]` and its kin; nil when it is not known.
    func test(_ operation: String, _ path: String) -> Bool?
    /// A file written by a redirection; content is nil when it is not known.
    mutating func write(_ path: String, _ content: String?, appends: Bool, isCertain: Bool)
}

/// One call of a program.
struct ShellCall {
    var name: String
    /// Nil for an argument that depends on what is not known.
    var arguments: [String?]
    /// What a document or a pipe gives it.
    var input: String?
    /// Whether the script gets there for sure.
    var isCertain: Bool
    /// The paths that output is sent to, `/dev/null` left out.
    var writes: [String?]
    /// The words as the script has them, the program's among them.
    var words: [ShellWord] = []

    /// The word that an argument came from, as far as it can be told.
    func source(of argument: Int) -> String {
        let place = argument + (name.isEmpty ? 0 : 1)
        return words.indices.contains(place) ? words[place].source : "…"
    }
}

struct ShellOutcome {
    /// Nil when it is not known.
    var status: Bool?
    /// Nil when it is not known.
    var output: String?

    static let done = ShellOutcome(status: true, output: "")
    static let failed = ShellOutcome(status: false, output: "")
    static let unknown = ShellOutcome(status: nil, output: nil)
}
