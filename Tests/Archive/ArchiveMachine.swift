// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Tag {
    /// Downloads from a Debian archive.
    @Tag static var network: Self
}

/// Images built from the real archive, whose programs are then run from the images' own files.
///
/// `PLINTH_TEST_STORE` names a store that is kept, so that nothing is downloaded twice; `PLINTH_SKIP_NETWORK` turns
/// these tests off.
@Suite(
    .tags(.network), .timeLimit(.minutes(20)),
    .enabled(if: ArchiveMachine.isReady, "needs a Debian mirror, a built plinth, bwrap and python3"))
struct ArchiveRuns {}

/// What the tests against the archive need to know of this machine.
enum ArchiveMachine {
    static let isReady =
        variable("PLINTH_SKIP_NETWORK") == nil && access(binary, X_OK) == 0 && hasMirror
        && hasProgram("bwrap", "gpgv", "python3", "tar", "timeout") && canSandbox

    static var isRoot: Bool { geteuid() == 0 }

    /// The binary that is tested: `PLINTH_BINARY`, else the one beside the tests.
    static let binary: String = {
        if let named = variable("PLINTH_BINARY") { return named }
        var directory = FilePath(CommandLine.arguments[0]).removingLastComponent()
        while !directory.components.isEmpty, access(directory.appending("plinth").string, X_OK) != 0 {
            directory = directory.removingLastComponent()
        }
        return directory.appending("plinth").string
    }()

    /// The store that all tests share; one of our own is removed when the tests end.
    static let store: FilePath = {
        if let named = variable("PLINTH_TEST_STORE") ?? variable("PLINTH_HOME") { return FilePath(named) }
        var template = Array("/tmp/plinth-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return "/tmp/plinth-store" }
        atexit { removeTree(ArchiveMachine.store) }
        return FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }()

    /// Such as `amd64`.
    static let architecture: String = {
        let machine = (try? runProgram("uname", ["-m"]).text) ?? ""
        switch machine.prefix(while: { $0 != "\n" }) {
        case "x86_64": return "amd64"
        case "aarch64": return "arm64"
        case let other: return String(other)
        }
    }()

    /// The checkout's folder.
    static let checkout = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

    static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A mirror that was set, or one that this machine's own apt uses.
    private static let hasMirror: Bool = {
        if variable("PLINTH_MIRROR_DEBIAN") != nil { return true }
        let folder = FilePath("/etc/apt/sources.list.d")
        let files = [FilePath("/etc/apt/sources.list")] + namesInDirectory(folder).map { folder.appending($0) }
        return files.contains { file in
            guard let bytes = try? readFile(file) else { return false }
            return String(decoding: bytes, as: UTF8.self).contains("/debian")
        }
    }()

    private static let canSandbox =
        (try? runProgram("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "--unshare-net", "--", "true"]).status) == 0
}
