// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage

/// An unpacked image in which programs run as its configuration says: its command, variables, directory and user.
///
/// The programs see the image's files only, a folder `/tmp/work` that the test shares with them, and a network of
/// their own that has nothing but loopback. Root runs them as the very number that the image names, so that wrong
/// owners show; another user is made to look like it.
struct Box {
    let root: FilePath
    /// `/tmp/work` inside.
    let work: FilePath
    let facts: ImageFacts
    /// Who runs the programs, when it is not whom the image names.
    var user: Int?

    /// Builds an example, unpacks it for this machine and lends it.
    static func with(example name: String, _ body: (Box, BuildFacts) throws -> Void) throws {
        try withScratchDirectory { scratch in
            let image = try BuiltImage(example: name, in: scratch)
            try body(try Box(image, in: scratch), image.report)
        }
    }

    /// Unpacks an image for this machine.
    init(_ image: BuiltImage, in scratch: FilePath) throws {
        facts = try image.native()
        root = scratch.appending("root")
        work = scratch.appending("work")
        try image.unpack(ArchiveMachine.architecture, to: root)
        try makeDirectories(work)
        try outputOf("chmod", ["755", scratch.string])
        try outputOf("chmod", ["777", work.string])
    }

    /// Runs the image's entry point with these arguments to its end.
    func callAsFunction(_ arguments: String...) throws -> ProgramResult { try run(facts.entrypoint + arguments) }

    /// Runs any program of the image to its end.
    func run(_ command: [String]) throws -> ProgramResult {
        let whole = try self.command(for: command, seconds: 120)
        return try runProgram(whole[0], Array(whole.dropFirst()))
    }

    /// Puts a file into the folder that is shared and gives its path inside.
    func write(_ name: String, _ text: String) throws -> String {
        try writeFile(work.appending(name), text)
        return "/tmp/work/" + name
    }

    /// How this machine runs a program of the image, which is ended after a while.
    func command(for command: [String], seconds: Int) throws -> [String] {
        let number = try user ?? self.number()
        let isOther = ArchiveMachine.isRoot && number != 0
        let group = try self.group(of: number)
        let become = ["setpriv", "--reuid", "\(number)", "--regid", "\(group)", "--clear-groups"]
        let namespace = ["--unshare-user", "--uid", "\(number)", "--gid", "\(group)"]
        return ["timeout", "-k", "5", "\(seconds)"] + (isOther ? become : []) + ["bwrap", "--bind", root.string, "/"]
            + ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--bind", work.string, "/tmp/work"]
            + ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--clearenv"]
            + (isOther || !ArchiveMachine.isRoot ? namespace : []) + variables
            + ["--chdir", facts.workingDirectory ?? "/", "--"] + command
    }

    private var variables: [String] {
        facts.environment.flatMap { line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return ["--setenv", parts[0], parts.count > 1 ? parts[1] : ""]
        }
    }

    /// The user's number: Plinth writes numbers into configurations, which need no look-up.
    private func number() throws -> Int {
        let word = facts.user.map { String($0.prefix { $0 != ":" }) } ?? "0"
        guard let number = Int(word) else { throw Problem("test.image", "A user that is not a number", at: word) }
        return number
    }

    /// The main group, as a container runtime looks it up.
    private func group(of user: Int) throws -> Int {
        let text = String(decoding: try readFile(root.appending("etc/passwd")), as: UTF8.self)
        let lines = text.split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
        let line = lines.first { $0.count > 3 && $0[2] == "\(user)" }
        return line.flatMap { Int($0[3]) } ?? 0
    }
}
