// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage
import Testing

@testable import PlinthSandbox

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Programs of this machine, run with its own tree or one that borrows its `/usr`.
@Suite(.enabled("needs bubblewrap") { await sandboxWorks() }) struct SandboxTests {
    private func shell(
        _ script: String, environment: [String: String] = [:], network: Bool = false, input: [UInt8] = [],
        timeout: Duration = .seconds(60), workingDirectory: String = "/"
    ) async throws -> SandboxResult {
        try await Sandbox.run(
            root: "/", command: ["sh", "-c", script], environment: environment, network: network, input: input,
            timeout: timeout, workingDirectory: workingDirectory)
    }

    @Test func bothOutputsAndTheStatusComeBack() async throws {
        let result = try await shell("echo out; echo err >&2; exit 7")
        #expect(result == SandboxResult(status: 7, output: Array("out\n".utf8), errors: Array("err\n".utf8)))
        #expect(!result.isSuccess)
    }

    @Test func aSignalIsAStatusAbove128() async throws {
        #expect(try await shell("kill -TERM $$; sleep 9").status == 143)
    }

    @Test func theEnvironmentIsOnlyWhatIsGiven() async throws {
        let result = try await Sandbox.run(
            root: "/", command: ["env"], environment: ["B": "x y", "A": "", "PATH": "/usr/bin:/bin"],
            workingDirectory: "/usr")
        #expect(
            result.text.split(separator: "\n").map(String.init).sorted()
                == ["A=", "B=x y", "PATH=/usr/bin:/bin", "PWD=/usr"])
    }

    @Test func itIsRootOfAMachineOfItsOwn() async throws {
        let result = try await shell("id -u; id -g; uname -n; echo /proc/[0-9]* | wc -w; ls -A /tmp; pwd")
        let lines = result.text.split(separator: "\n").map(String.init)
        #expect(Array(lines.prefix(3)) == ["0", "0", "sandbox"])
        #expect(Int(lines[3]) ?? 99 < 6)
        #expect(lines.suffix(from: 4) == ["/"])
    }

    @Test func thereIsNoNetworkUnlessAskedFor() async throws {
        let script = "cat /proc/net/dev"
        let inside = try await shell(script).text.split(separator: "\n").dropFirst(2)
        #expect(inside.allSatisfy { $0.contains("lo:") })
        let here = try await Sandbox.run(root: "/", command: ["cat", "/proc/net/dev"], network: true)
        let outside = try FileText.read("/proc/net/dev").split(separator: "\n").count
        #expect(here.text.split(separator: "\n").count == outside)
    }

    @Test func nothingCanBeWrittenWhereNothingMay() async throws {
        let script = "touch /a; touch /usr/a; touch /tmp/a && echo made; touch /proc/sys/kernel/hostname"
        let result = try await shell(script)
        #expect(result.text == "made\n")
        #expect(result.status != 0)
    }

    @Test func inputIsReadToItsEnd() async throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try await shell("cat", input: bytes).output == bytes)
        #expect(try await shell("cat").output == [])
        #expect(try await shell("true", input: bytes).isSuccess)
    }

    @Test func aProgramThatTakesTooLongIsKilled() async throws {
        let found = await problem { try await shell("sleep 1000 & sleep 1000", timeout: .milliseconds(300)) }
        #expect(found?.code == "sandbox.timeout")
    }

    @Test func aCancelledTaskKillsItsProgram() async throws {
        let task = Task { try await shell("sleep 1000") }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    /// Cancelled at every stage of its start, a program leaves no process behind.
    @Test(.serialized, arguments: [0, 2, 4, 6, 8, 10, 12, 16, 20])
    func nothingIsLeftOfAKilledProgram(stage: Int) async throws {
        let length = "\(4_000_000 + stage).\(getpid())"
        let found = await problem {
            try await shell("sleep \(length) & sleep \(length)", timeout: .milliseconds(stage))
        }
        #expect(found?.code == "sandbox.timeout")
        // The kernel ends the processes of a namespace after its first, and we are not their parent.
        var patience = 200
        while patience > 0, Processes.exist(endingIn: length) {
            patience -= 1
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!Processes.exist(endingIn: length))
    }

    @Test func tooMuchOutputEndsIt() async throws {
        let found = await problem { try await shell("head -c 17000000 /dev/zero; sleep 1000") }
        #expect(found?.code == "sandbox.failed")
        #expect(found?.what == "A program in the sandbox wrote too much")
        #expect(try await shell("head -c 16777216 /dev/zero").output.count == 16_777_216)
    }

    @Test func aProgramThatIsNotThereIsAProblem() async throws {
        let found = await problem { try await Sandbox.run(root: "/", command: ["no-such-program"]) }
        #expect(found?.code == "sandbox.failed")
        #expect(found?.why == "execvp no-such-program: No such file or directory")
        let folder = await problem { try await shell("true", workingDirectory: "/no/such/folder") }
        #expect(folder?.code == "sandbox.failed")
    }

    @Test func withoutBubblewrapThePackageIsNamed() async throws {
        let run = BubblewrapRun(program: "no-such-bwrap", arguments: [], place: "x")
        let found = await problem { try await run.finish([]) }
        #expect(found?.code == "sandbox.missing")
        #expect(found?.hints == ["install the package bubblewrap"])
    }

    // MARK: Trees

    /// `/usr` of this machine below an otherwise empty tree.
    private static let usr = [SandboxBind(host: "/usr", inside: "/usr")]

    private func borrowed() throws -> ScratchTree {
        let tree = try ScratchTree()
        for name in ["bin", "lib", "lib64"] { tree.link(name, to: "usr/" + name) }
        return tree
    }

    @Test func aTreeWithoutFoldersForMountsWorksReadOnly() async throws {
        let tree = try borrowed()
        let result = try await Sandbox.run(root: tree.path, command: ["ls", "/"], binds: Self.usr)
        #expect(result.text == "bin\ndev\nlib\nlib64\nproc\ntmp\nusr\n")
        #expect(tree.names() == ["bin", "lib", "lib64"])
    }

    @Test func aWritableTreeKeepsWhatWasWritten() async throws {
        let tree = try borrowed()
        tree.folder("usr")
        let script = "echo made > /made; echo gone > /tmp/gone; chown 0:0 /made"
        let result = try await Sandbox.run(
            root: tree.path, command: ["sh", "-c", script], writable: true, binds: Self.usr)
        #expect(result.isSuccess)
        #expect(try FileText.read(tree.path.appending("made")) == "made\n")
        #expect(tree.names() == ["bin", "dev", "lib", "lib64", "made", "proc", "tmp", "usr"])
    }

    @Test func bindsAreWritableOnlyWhereSaid() async throws {
        let given = try ScratchTree()
        try given.file("text", "here\n")
        let binds = [
            SandboxBind(host: given.path, inside: "/in/a"),
            SandboxBind(host: given.path, inside: "/out", isWritable: true),
        ]
        let script = "cat /in/a/text; echo x > /in/a/new; echo y > /out/other"
        let result = try await Sandbox.run(root: "/", command: ["sh", "-c", script], binds: binds)
        #expect(result.text == "here\n")
        #expect(given.names() == ["other", "text"])
    }
}

/// The processes of this machine.
enum Processes {
    /// Whether the arguments of one end with the text.
    static func exist(endingIn text: String) -> Bool {
        let end = Array((text + "\0").utf8)
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        // No `FilePath` here: in a debug build it costs more than all the rest.
        for name in ScratchTree.names("/proc") where name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            let file = open("/proc/\(name)/cmdline", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { continue }
            let count = max(0, read(file, &buffer, buffer.count))
            close(file)
            if buffer[..<count].suffix(end.count).elementsEqual(end) { return true }
        }
        return false
    }
}

/// Small files of this machine.
enum FileText {
    static func read(_ path: FilePath) throws -> String {
        let source = try FileSource(path)
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var span = bytes.mutableSpan
        let count = try source.readFully(into: &span)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
