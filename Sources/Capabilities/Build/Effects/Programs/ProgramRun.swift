// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthSandbox

/// Runs programs of the image in a sandbox, and takes back what they wrote.
///
/// They see the image's files, unpacked for them, and nothing of this machine; no network. Only files that the effect
/// is for come back, with our owner, mode and time.
struct ProgramRun {
    let store: Store
    let platform: OCIPlatform

    /// The most that an effect may write.
    private static let limit: Int64 = 1 << 30

    /// - Throws: `effects.processor`, `effects.program`, `effects.tooMuch`, `sandbox.*`, `file.*`.
    func run(_ programs: [ImageProgram], on tree: inout FileTree) async throws -> [EffectReport] {
        let wanted = programs.map { ($0, $0.command(tree)) }
        var reports = wanted.filter { $0.1 == nil }.map { program, _ in
            EffectReport(name: program.effect.rawValue, notes: [program.missing])
        }
        guard wanted.contains(where: { $0.1 != nil }) else { return reports }
        try checkProcessor(wanted.map(\.0))
        let root = try UnpackedRoot(tree, at: try store.scratchPath())
        for case (let program, let command?) in wanted {
            reports.append(try await run(program, command, in: root, &tree))
        }
        return reports
    }

    private func run(
        _ program: ImageProgram, _ command: [String], in root: UnpackedRoot, _ tree: inout FileTree
    ) async throws -> EffectReport {
        let variables = [
            "PATH": ImageSettings.path, "HOME": "/root", "LC_ALL": "C", "PYTHONHASHSEED": "0",
            "SOURCE_DATE_EPOCH": "\(tree.epoch)",
        ]
        let result = try await Sandbox.run(
            root: root.path, command: command, environment: variables, writable: true)
        var edit = TreeEdit(program.effect.rawValue)
        if !result.isSuccess {
            guard program.isForgiving, result.status == 1 else { throw failed(program, command, result) }
            edit.note("\(command[0]) could not do all of it: \(Self.line(result))")
        }
        try await take(program, from: root, into: &tree, &edit)
        return edit.report
    }

    private func take(
        _ program: ImageProgram, from root: UnpackedRoot, into tree: inout FileTree, _ edit: inout TreeEdit
    ) async throws {
        let found = try await LayeredTree.read(StoredImage.open(.directory(root.path)).platforms[0].layers)
        let files = found.indices.filter { index in
            guard case .file = found.entry(at: index).kind else { return false }
            return program.keeps(found.path(at: index))
        }
        guard files.reduce(Int64(0), { $0 + found.size(at: $1) }) <= Self.limit else {
            throw Problem("effects.tooMuch", "A program of the image wrote too much", at: program.effect.rawValue)
        }
        var contents: [TreePath: [UInt8]] = [:]
        try LayeredContents(found).read(files) { index, read in
            contents[found.path(at: index)] = try Self.all(read, found.size(at: index))
        }
        for (path, content) in contents.sorted(by: { $0.key < $1.key }) { edit.write(path, content, in: &tree) }
    }

    private static func all(_ read: LayeredContents.Read, _ size: Int64) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(size))
        var filled = 0
        while filled < bytes.count {
            var span = bytes.mutableSpan
            var rest = span._mutatingExtracting(filled...)
            let count = try read(&rest)
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }
}

// MARK: - Problems

extension ProgramRun {
    private func checkProcessor(_ programs: [ImageProgram]) throws {
        let own = DebianArchitecture.ofThisMachine?.platform
        guard own?.architecture != platform.architecture else { return }
        let names = programs.map(\.effect.rawValue).joined(separator: ", ")
        throw Problem(
            "effects.processor", "Programs of the image would have to run on another processor", at: "\(platform)",
            why: "this machine cannot run them for: \(names)",
            hints: ["build for \(own?.architecture ?? "this machine's processor") only", "or leave these effects out"])
    }

    private func failed(_ program: ImageProgram, _ command: [String], _ result: SandboxResult) -> Problem {
        Problem(
            "effects.program", "A program of the image failed", at: command.joined(separator: " "),
            why: "it ended with \(result.status): \(Self.line(result))",
            hints: ["leave the effect \(program.effect.rawValue) out"])
    }

    /// The first line of what a program says.
    private static func line(_ result: SandboxResult) -> String {
        let text = result.errors.isEmpty ? result.output : result.errors
        let line = String(decoding: text.prefix { $0 != 0x0a }.prefix(200), as: UTF8.self)
        return line.isEmpty ? "it said nothing" : line
    }
}
