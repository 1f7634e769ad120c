// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthPackages
import PlinthTestSupport
import SystemPackage
import Testing

@Suite struct TestArchiveTests {
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
    ])
    func md5(text: String, expected: String) { #expect(MD5.hex(of: Array(text.utf8)) == expected) }

    @Test func releaseAndIndexAgree() throws {
        try withScratchDirectory { scratch in
            var archive = TestArchive(scratch)
            archive.indexForms = [.none]
            archive.validUntil = archive.date + 86_400
            try archive.write(suite: "testing", [TestPackage("b"), TestPackage("a", "2:1", architecture: "amd64")])
            let root = archive.suiteDirectory("testing")
            let release = try ReleaseFile(try readFile(root.appending("Release")), place: "Release")
            #expect(release.date == archive.date)
            #expect(release.validUntil == archive.date + 86_400)
            let path = "main/binary-amd64/Packages"
            let entry = try #require(release.sha256(of: path))
            let list = try readFile(root.appending(path))
            #expect(entry.digest == Digest.of(list).hex)
            #expect(try readFile(root.appending("main/binary-amd64/by-hash/SHA256/\(entry.digest)")) == list)
            let index = try CompiledIndex(try PackagesIndexCompiler.compile(MemorySource(list), place: path))
            for package in index.packages {
                let record = try index.record(package)
                let bytes = try readFile(scratch.appending(record.location.path))
                #expect(Digest.of(bytes) == record.location.digest)
                #expect(record.location.size == ByteCount(bytes.count))
                let file = try DebFile(bytes, place: "deb")
                let part = MemorySource(Array(bytes[Int(file.control.offset)...].prefix(Int(file.control.size))))
                let control = try DebControl(part, file.control.compression, place: "deb")
                try control.check(
                    name: record.name, version: record.version, architecture: record.architecture, place: "deb")
            }
        }
    }

    /// apt takes the archive for a real one: signature, index and by-hash.
    @Test(.enabled(if: TestKey.isAvailable && hasProgram("apt-get", "apt-cache", "xz")))
    func aptReads() throws {
        try withTestKey { key in
            try withScratchDirectory { scratch in
                let archive = TestArchive(scratch.appending("archive"))
                try archive.write(
                    suite: "stable", [TestPackage("plinth-hello", fields: ["Depends": "plinth-other"])], key: key)
                let source = "deb [signed-by=\(key.armoured)] file://\(archive.directory) stable main\n"
                try writeFile(scratch.appending("sources.list"), source)
                for directory in ["state/lists/partial", "cache/archives/partial"] {
                    try makeDirectories(scratch.appending(directory))
                }
                try writeFile(scratch.appending("status"), "")
                let options = [
                    "-o", "Dir::Etc::SourceList=\(scratch)/sources.list", "-o", "Dir::Etc::SourceParts=/dev/null",
                    "-o", "Dir::State=\(scratch)/state", "-o", "Dir::Cache=\(scratch)/cache",
                    "-o", "Dir::State::status=\(scratch)/status", "-o", "APT::Architecture=amd64",
                    "-o", "APT::Architectures=amd64", "-o", "APT::Sandbox::User=root",
                ]
                let update = try runProgram("apt-get", options + ["update", "-qq"])
                #expect(update.status == 0 && update.errors.isEmpty, "\(update.errorText)")
                let shown = try runProgram("apt-cache", options + ["show", "plinth-hello"])
                #expect(shown.text.contains("Depends: plinth-other\n"))
            }
        }
    }
}
