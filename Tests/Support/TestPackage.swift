// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// How the members of a package made for a test are compressed; all but `none` need the program.
package enum TestCompression: String, Sendable, CaseIterable {
    case none, gzip, xz, zstd, bzip2, lzma

    package var suffix: String {
        switch self {
        case .none: ""
        case .gzip: ".gz"
        case .xz: ".xz"
        case .zstd: ".zst"
        case .bzip2: ".bz2"
        case .lzma: ".lzma"
        }
    }

    /// Whether this machine can do it.
    package var isAvailable: Bool { self == .none || hasProgram(self == .lzma ? "xz" : rawValue) }

    package func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        switch self {
        case .none: bytes
        case .gzip: try outputOf("gzip", ["-9nc"], input: bytes)
        case .xz: try outputOf("xz", ["-c", "-1"], input: bytes)
        case .zstd: try outputOf("zstd", ["-c", "-q"], input: bytes)
        case .bzip2: try outputOf("bzip2", ["-c"], input: bytes)
        case .lzma: try outputOf("xz", ["-c", "-1", "--format=lzma"], input: bytes)
        }
    }
}

/// A Debian package made for a test.
package struct TestPackage: Sendable {
    package var name: String
    package var version: String
    package var architecture: String
    /// More fields of the control file, such as `Depends`.
    package var fields: [(name: String, value: String)]
    package var files: [TestFile]
    /// Maintainer scripts by name, such as `postinst`.
    package var scripts: [String: String]
    /// Absolute paths of `files`.
    package var conffiles: [String]
    /// Further files of the control archive, such as `triggers`; they win over those made here.
    package var controlFiles: [String: String]
    package var compression: TestCompression
    /// Whether directories that `files` does not name are put in.
    package var addsParents = true

    package init(
        _ name: String, _ version: String = "1.0-1", architecture: String = "all",
        fields: KeyValuePairs<String, String> = [:], files: [TestFile] = [], scripts: [String: String] = [:],
        conffiles: [String] = [], controlFiles: [String: String] = [:], compression: TestCompression = .none
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.fields = fields.map { ($0.key, $0.value) }
        self.files = files
        self.scripts = scripts
        self.conffiles = conffiles
        self.controlFiles = controlFiles
        self.compression = compression
    }

    /// The fields of the control file.
    package var control: String {
        var lines = ["Package: \(name)", "Version: \(version)", "Architecture: \(architecture)"]
        let defaults = [
            ("Maintainer", "Nobody <nobody@example.org>"), ("Installed-Size", "\(installedKiB)"), ("Section", "misc"),
            ("Priority", "optional"),
        ]
        lines += defaults.filter { pair in !fields.contains { $0.name == pair.0 } }.map { "\($0.0): \($0.1)" }
        lines += fields.map { "\($0.name): \($0.value)" }
        if !fields.contains(where: { $0.name == "Description" }) {
            lines.append("Description: package \(name) of a test\n It has a second line.")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The package as a file.
    package func deb() throws -> [UInt8] {
        let data = TestTar.archive(files, addsParents: addsParents)
        return TestPackage.ar([
            ("debian-binary", Array("2.0\n".utf8)),
            ("control.tar" + compression.suffix, try compression.compress(TestTar.archive(controlEntries))),
            ("data.tar" + compression.suffix, try compression.compress(data)),
        ])
    }

    /// The name of the file in a pool.
    package var fileName: String {
        let plain = version.split(separator: ":", maxSplits: 1).last.map(String.init) ?? version
        return "\(name)_\(plain)_\(architecture).deb"
    }

    /// An ar archive in the common format.
    package static func ar(_ members: [(name: String, content: [UInt8])]) -> [UInt8] {
        var result = Array("!<arch>\n".utf8)
        for member in members {
            let header = [
                (member.name, 16), ("1700000000", 12), ("0", 6), ("0", 6), ("100644", 8),
                ("\(member.content.count)", 10),
            ]
            for (text, width) in header {
                result += Array((text + String(repeating: " ", count: width)).utf8.prefix(width))
            }
            result += Array("`\n".utf8) + member.content
            if member.content.count % 2 == 1 { result.append(UInt8(ascii: "\n")) }
        }
        return result
    }

    private var controlEntries: [TestFile] {
        var entries = ["control": control]
        let sums = files.compactMap { file -> String? in
            guard case .file(let bytes) = file.kind else { return nil }
            return "\(MD5.hex(of: bytes))  \(file.path)\n"
        }
        if !sums.isEmpty { entries["md5sums"] = sums.joined() }
        if !conffiles.isEmpty { entries["conffiles"] = conffiles.map { $0 + "\n" }.joined() }
        entries.merge(controlFiles) { $1 }
        let plain = entries.map { TestFile.file($0.key, $0.value) }
        let programs = scripts.map { TestFile.file($0.key, $0.value, mode: 0o755) }
        return (plain + programs).sorted { $0.path < $1.path }
    }

    private var installedKiB: Int {
        files.reduce(0) { sum, file in
            guard case .file(let bytes) = file.kind else { return sum + 1 }
            return sum + (bytes.count + 1023) / 1024
        }
    }
}
