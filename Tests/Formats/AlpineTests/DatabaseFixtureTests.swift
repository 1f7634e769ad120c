// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import Testing

/// What real databases hold is written again as it was.
struct DatabaseFixtureTests {
    @Test(arguments: [
        "v3.20/x86_64/alpine-minirootfs-3.20.3-x86_64", "v3.20/aarch64/alpine-minirootfs-3.20.3-aarch64",
        "v3.20/s390x/alpine-minirootfs-3.20.3-s390x",
    ])
    func rewritten(_ name: String) throws {
        guard let files = try files(of: name) else { return }
        let installed = try #require(files["lib/apk/db/installed"])
        let packages = try ApkInstalled.parse(installed, place: "installed")
        #expect(!packages.isEmpty)
        #expect(text(ApkInstalled.file(packages)) == text(installed))
        let names = try ApkPackage.parse(installed: installed, place: "installed")
        #expect(names.map(\.name) == packages.map(\.record.name))
        #expect(names.map(\.version) == packages.map(\.record.version))
        let scripts = try #require(files["lib/apk/db/scripts.tar"])
        #expect(ScriptArchive.file(try ScriptArchive.parse(scripts, place: "scripts.tar")) == scripts)
        let triggers = try #require(files["lib/apk/db/triggers"])
        #expect(
            text(ApkDatabaseFiles.triggers(try ApkDatabaseFiles.triggers(of: triggers, place: "triggers")))
                == text(triggers))
        let world = try #require(files["etc/apk/world"])
        #expect(text(ApkDatabaseFiles.world(ApkDatabaseFiles.constraints(ofWorld: world))) == text(world))
        let repositories = try #require(files["etc/apk/repositories"])
        #expect(text(ApkRepository.file(try ApkRepository.parse(repositories, place: "r"))) == text(repositories))
    }

    /// Older versions of apk wrote the packages in the order of their installation.
    @Test(arguments: [
        "v3.16/x86_64/alpine-minirootfs-3.16.9-x86_64", "v3.10/x86_64/alpine-minirootfs-3.10.9-x86_64",
    ])
    func older(_ name: String) throws {
        guard let files = try files(of: name) else { return }
        let installed = try #require(files["lib/apk/db/installed"])
        let packages = try ApkInstalled.parse(installed, place: "installed")
        let stanzas = text(installed).split(separator: "\n\n")
        #expect(text(ApkInstalled.file(packages)).split(separator: "\n\n").sorted() == stanzas.sorted())
        let scripts = try ScriptArchive.parse(try #require(files["lib/apk/db/scripts.tar"]), place: "scripts.tar")
        #expect(!scripts.isEmpty)
        #expect(try ScriptArchive.parse(ScriptArchive.file(scripts), place: "again") == scripts)
    }

    /// The files that apko wrote have owners of another kind and an empty list.
    @Test(arguments: ["bad-top-level-perms", "redis-operator-compat", "wolfi-base"])
    func foreign(_ name: String) throws {
        guard let bytes = try Fixtures.bytes("alpine/apko/pkg/apk/apk/testdata/installed/\(name)") else { return }
        let packages = try ApkInstalled.parse(bytes, place: name)
        let again = ApkInstalled.file(packages)
        let byName = packages.sorted { $0.record.name < $1.record.name }
        #expect(try ApkInstalled.parse(again, place: name) == byName)
        if name == "bad-top-level-perms" {
            #expect(packages.first?.directories.first?.ownership.mode == 0o711)
            #expect(packages.first?.directories.first?.files.first?.name == Array("operator".utf8))
        }
    }

    private func files(of name: String) throws -> [String: [UInt8]]? {
        guard let archive = Fixtures.path("base/alpine/\(name).tar.gz") else { return nil }
        let tar = TarReader(try Decompressor(try FileSource(archive), .gzip), place: name)
        var files: [String: [UInt8]] = [:]
        while let entry = try tar.next() {
            let path = try TreePath(archiveName: entry.name)
            guard path.isInside(TreePath("lib/apk")) || path.isInside(TreePath("etc/apk")) else { continue }
            var content = [UInt8](repeating: 0, count: Int(entry.size))
            var filled = 0
            while filled < content.count {
                var span = content.mutableSpan
                var rest = span._mutatingExtracting(filled...)
                let count = try tar.read(into: &rest)
                filled += count
            }
            files[path.description] = content
        }
        return files
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
