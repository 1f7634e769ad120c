// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthSandbox
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder of its own for a test, removed at its end.
struct ScratchTree: ~Copyable {
    let path: FilePath

    init() throws {
        var template = Array("/tmp/plinth-sandbox-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit { ScratchTree.remove(path) }

    func folder(_ name: String) { mkdir(path.appending(name).string, 0o755) }
    func link(_ name: String, to target: String) { symlink(target, path.appending(name).string) }

    func file(_ name: String, _ text: String) throws {
        let file = try FileDescriptor.open(
            path.appending(name), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead])
        _ = try file.closeAfter { try file.writeAll(text.utf8) }
    }

    /// The names in it, sorted.
    func names() -> [String] { ScratchTree.names(path) }

    static func names(_ path: FilePath) -> [String] {
        guard let folder = opendir(path.string) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Links are removed, not followed.
    private static func remove(_ path: FilePath) {
        if unlink(path.string) == 0 { return }
        for name in names(path) { remove(path.appending(name)) }
        rmdir(path.string)
    }
}

/// Whether this machine has bubblewrap and lets it work.
func sandboxWorks() async -> Bool {
    (try? await Sandbox.run(root: "/", command: ["true"]).isSuccess) ?? false
}

extension SandboxResult {
    var text: String { String(decoding: output, as: UTF8.self) }
}

/// The problem that a call ends with.
func problem(_ body: () async throws -> some Any) async -> Problem? {
    await #expect(throws: Problem.self) { _ = try await body() }
}
