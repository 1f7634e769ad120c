// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthArchive
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Judged by the real apk 2.14 of the official minirootfs.
@Suite(.enabled(if: AlpineRoot.archive != nil, Comment(rawValue: AlpineRoot.missing)))
struct JudgeTests {
    private func withRoot(_ body: (AlpineRoot, FilePath) throws -> Void) throws {
        guard let archive = AlpineRoot.archive else { return }
        try withScratchDirectory { scratch in
            try body(try AlpineRoot(unpacking: archive, into: scratch.appending("root")), scratch)
        }
    }

    /// The root's packages, put together again and installed by apk into a new root: both databases are ours, too.
    @Test func reassembled() throws {
        try withRoot { root, scratch in
            let forge = ApkForge(key: try ForgeKey(), directory: scratch.appending("repository"))
            let packages = try root.packages()
            try forge.write(packages)
            let world = ApkDatabaseFiles.constraints(ofWorld: try root.bytes("etc/apk/world"))
            try makeDirectories(scratch.appending("new"))
            let result = try root.apk(
                [
                    "--root", "/mnt/new", "--initdb", "--repository", "/mnt/repository", "--keys-dir",
                    "/mnt/repository/keys",
                ]
                    + ["--no-cache", "--arch", "x86_64", "add"] + world, folders: ["/mnt": scratch])
            #expect(result.status == 0, "\(result.text) \(result.errorText)")
            let made = AlpineRoot(scratch.appending("new"))
            #expect(try made.installed().map(\.record.name) == root.installed().map(\.record.name))
            try compare(made, packages, forge, world)
        }
    }

    private func compare(
        _ made: AlpineRoot, _ packages: [ForgedPackage], _ forge: ApkForge, _ world: [String]
    ) throws {
        var keyring = ApkKeyring()
        try keyring.add(name: forge.key.name, pem: forge.key.publicPEM)
        let read = try packages.map { package in
            let path = forge.directory.appending("x86_64").appending(package.record.fileName)
            return try unpack(try readFile(path), keyring: keyring, place: package.record.fileName)
        }
        let ours = ApkInstalled.file(read.map { ApkInstalled($0.0, entries: $0.1) })
        #expect(text(ours) == text(try made.bytes("lib/apk/db/installed")))
        let theirs = try made.bytes("lib/apk/db/scripts.tar")
        // apk writes them in the order in which it installed the packages.
        let order = try ScriptArchive.parse(theirs, place: "made").map(\.name)
        let scripts = read.sorted { place($0.0, in: order) < place($1.0, in: order) }
            .flatMap { ScriptArchive.scripts(of: $0.0) }
        #expect(try ScriptArchive.parse(theirs, place: "made") == scripts)
        #expect(ScriptArchive.file(scripts) == theirs)
        let triggers = read.filter { !$0.0.triggers.isEmpty }.map { control, _ in
            ApkDatabaseFiles.Trigger(checksum: control.record.checksum ?? .of([]), directories: control.triggers)
        }
        #expect(text(ApkDatabaseFiles.triggers(triggers)) == text(try made.bytes("lib/apk/db/triggers")))
        #expect(text(ApkDatabaseFiles.world(world)) == text(try made.bytes("etc/apk/world")))
        #expect(text(ApkDatabaseFiles.architectures(["x86_64"])) == text(try made.bytes("etc/apk/arch")))
    }

    private func place(_ control: ApkControl, in order: [String]) -> Int {
        order.firstIndex(of: control.record.name) ?? order.count
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
