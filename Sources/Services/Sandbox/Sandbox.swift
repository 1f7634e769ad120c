// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import Subprocess
package import SystemPackage

/// Runs programs of an image's tree, shut off from this machine, with bubblewrap (`bwrap`).
///
/// The program sees the tree as `/`, fresh `/dev`, `/proc` and `/tmp`, its own processes only, itself as root, the
/// host name `sandbox`, and no network unless asked for. It ends when this program ends.
///
/// Run by root, no user namespace is made, so the program may change owners, and keeps only the capabilities of that
/// kind. Run by an ordinary user, a user namespace (`--unshare-user`) makes that user root inside, who owns
/// everything and can give nothing away; some kernels are set up to forbid that.
package enum Sandbox {
    /// What is kept of each output: more ends the program.
    package static let outputLimit = ByteCount(16 << 20)

    /// - Parameters:
    ///   - root: A folder of this machine that becomes `/`.
    ///   - command: The program, found by the `PATH` of `environment`, and its arguments.
    ///   - environment: All the variables that the program gets, besides `PWD`. Others on this machine can see them.
    ///   - network: Whether it may use this machine's network.
    ///   - writable: Whether it may change the tree. Then empty `dev`, `proc` and `tmp` are made in it if missing.
    ///   - binds: More of this machine inside.
    ///   - input: What it reads.
    /// - Returns: Also for a program that failed: look at `status`.
    /// - Throws: `Problem` with code `sandbox.missing` without bubblewrap, `sandbox.timeout`, or `sandbox.failed`
    ///   when the program could not be started or wrote more than `outputLimit`.
    package static func run(
        root: FilePath, command: [String], environment: [String: String] = [:], network: Bool = false,
        writable: Bool = false, binds: [SandboxBind] = [], input: [UInt8] = [], timeout: Duration = .seconds(600),
        workingDirectory: String = "/"
    ) async throws -> SandboxResult {
        let plan = SandboxPlan(
            root: root, command: command, environment: environment, network: network, writable: writable, binds: binds,
            workingDirectory: workingDirectory, isRoot: SandboxHost.isRoot)
        let arguments = try plan.arguments()
        let place = command.first ?? root.string
        let run = BubblewrapRun(program: "bwrap", arguments: arguments, place: place)
        return try await withThrowingTaskGroup(of: SandboxResult.self) { group in
            group.addTask { try await run.finish(input) }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw Problem("sandbox.timeout", "A program took too long", at: place, why: "it was given \(timeout)")
            }
            // Whichever is second is cancelled; a cancelled program is killed before this returns.
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}

/// A file or folder of this machine that is seen inside.
package struct SandboxBind: Hashable, Sendable {
    package var host: FilePath
    /// An absolute path; it is made where it is missing.
    package var inside: String
    package var isWritable: Bool

    package init(host: FilePath, inside: String, isWritable: Bool = false) {
        self.host = host
        self.inside = inside
        self.isWritable = isWritable
    }
}

/// How a program in the sandbox ended.
package struct SandboxResult: Hashable, Sendable {
    /// The exit status; 128 and the signal's number when a signal ended it.
    package var status: Int
    package var output: [UInt8]
    package var errors: [UInt8]

    package init(status: Int, output: [UInt8] = [], errors: [UInt8] = []) {
        self.status = status
        self.output = output
        self.errors = errors
    }

    package var isSuccess: Bool { status == 0 }
}
