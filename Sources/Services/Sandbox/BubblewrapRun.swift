// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Subprocess
import SystemPackage

/// One run of bubblewrap.
struct BubblewrapRun: Sendable {
    let program: String
    let arguments: [String]
    let place: String

    /// - Throws: `Problem` with code `sandbox.missing` or `sandbox.failed`; `CancellationError`.
    func finish(_ input: [UInt8]) async throws -> SandboxResult {
        do {
            let limit = Int(Sandbox.outputLimit.bytes)
            // Looked up here: Subprocess starts a process for every folder of PATH to see whether it is there.
            let path = try await Executable.name(program).resolveExecutablePath(in: .inherit)
            let file = try SandboxHost.file(of: input)
            let result = try await Subprocess.run(
                .path(path), arguments: Arguments(arguments),
                platformOptions: Self.options,
                input: .fileDescriptor(file, closeAfterSpawningProcess: true), output: .bytes(limit: limit),
                error: .bytes(limit: limit))
            try Task.checkCancellation()
            let ended = SandboxResult(
                status: Self.status(result.terminationStatus), output: result.standardOutput,
                errors: result.standardError)
            return try checked(ended)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw problem(error)
        } catch let error as Errno {
            throw Problem("sandbox.failed", "A program's input cannot be prepared", at: place, why: "\(error)")
        }
    }

    /// A session of its own keeps the program off our terminal. It is killed as a group: bubblewrap, ended alone while
    /// it sets up, leaves the process behind that was to be tied to it.
    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
        ]
        return options
    }

    private static func status(_ status: TerminationStatus) -> Int {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }

    /// bubblewrap has no status of its own for what it could not do: it ends with 1 and says so by its name.
    private func checked(_ result: SandboxResult) throws -> SandboxResult {
        let mark = Array("bwrap: ".utf8)
        guard result.status == 1, result.output.isEmpty, result.errors.starts(with: mark) else { return result }
        let why = String(decoding: result.errors.dropFirst(mark.count).prefix { $0 != 0x0a }, as: UTF8.self)
        let forbidden =
            "an ordinary user needs user namespaces: see kernel.unprivileged_userns_clone and "
            + "kernel.apparmor_restrict_unprivileged_userns, or run as root"
        throw Problem(
            "sandbox.failed", "A program cannot be started in the sandbox", at: place, why: why,
            hints: SandboxHost.isRoot ? [] : [forbidden])
    }

    private func problem(_ error: SubprocessError) -> Problem {
        switch error.code {
        case .executableNotFound:
            Problem(
                "sandbox.missing", "Programs of an image cannot be run without bubblewrap", at: program,
                hints: ["install the package bubblewrap"], cause: error)
        case .outputLimitExceeded:
            Problem(
                "sandbox.failed", "A program in the sandbox wrote too much", at: place,
                why: "more than \(Sandbox.outputLimit)", cause: error)
        default:
            Problem(
                "sandbox.failed", "A program cannot be run in the sandbox", at: place, why: "\(error)", cause: error)
        }
    }
}
