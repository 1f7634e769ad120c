// SPDX-License-Identifier: Apache-2.0
package import PlinthAlpine
import PlinthArchive
import PlinthCore
package import PlinthTestSupport
package import SystemPackage

/// A tree of Alpine on the disk, such as the official minirootfs unpacked, with the `apk` in it to judge by.
package struct AlpineRoot: Sendable {
    package let path: FilePath

    package init(_ path: FilePath) { self.path = path }

    /// The minirootfs beside the checkout; nil when it is not there or nothing can run it.
    package static var archive: FilePath? {
        guard hasProgram("bwrap", "tar") else { return nil }
        return Fixtures.path("base/alpine/v3.20/x86_64/alpine-minirootfs-3.20.3-x86_64.tar.gz")
    }

    package static let missing = "no minirootfs of Alpine beside the checkout, or no bubblewrap"

    /// Unpacks an archive of a root.
    package init(unpacking archive: FilePath, into directory: FilePath) throws {
        path = directory
        try makeDirectories(directory)
        try outputOf("tar", ["-xzf", archive.string, "-C", directory.string, "--no-same-owner"])
    }

    /// Runs a program of the root in it.
    /// - Parameter folders: what is to be seen at which place.
    package func run(_ command: [String], folders: [String: FilePath] = [:]) throws -> ProgramResult {
        var arguments = ["--bind", path.string, "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
        for (place, folder) in folders.sorted(by: { $0.key < $1.key }) {
            arguments += ["--bind", folder.string, place]
        }
        return try runProgram("bwrap", arguments + command, variables: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"])
    }

    package func apk(_ arguments: [String], folders: [String: FilePath] = [:]) throws -> ProgramResult {
        try run(["/sbin/apk"] + arguments, folders: folders)
    }

    package func bytes(_ relative: String) throws -> [UInt8] { try readFile(path.appending(relative)) }

    package func installed() throws -> [ApkInstalled] {
        try ApkInstalled.parse(try bytes("lib/apk/db/installed"), place: "installed")
    }
}

extension AlpineRoot {
    /// Puts the packages of the root together again from the database, the scripts and the files.
    ///
    /// Owners and modes come from the database, times from the time of the build, contents from the disk. They are not
    /// the original files: their control data is compressed anew, and so their checksums differ.
    /// - Parameter noarch: the names of those that are for every architecture, which the database does not say.
    package func packages(noarch: Set<String> = []) throws -> [ForgedPackage] {
        let scripts = try ScriptArchive.parse(try bytes("lib/apk/db/scripts.tar"), place: "scripts.tar")
        let triggers = try ApkDatabaseFiles.triggers(of: try bytes("lib/apk/db/triggers"), place: "triggers")
        return try installed().map { installed in
            var package = ForgedPackage(installed.record)
            if noarch.contains(installed.record.name) { package.record.architecture = "noarch" }
            for script in scripts where script.checksum == installed.record.checksum {
                package.scripts[script.kind] = script.content
            }
            for name in installed.replaces { package.fields.append(("replaces", name)) }
            if installed.replacesPriority != 0 {
                package.fields.append(("replaces_priority", "\(installed.replacesPriority)"))
            }
            for trigger in triggers where trigger.checksum == installed.record.checksum {
                package.fields.append(("triggers", trigger.directories.joined(separator: " ")))
            }
            package.files = try installed.directories.flatMap { directory in
                let modified = installed.record.buildTime
                return try [folder(directory, modified)].compactMap { $0 }
                    + directory.files.map { try file($0, in: directory.path, modified) }
            }
            return package
        }
    }

    private func folder(_ directory: ApkInstalled.Directory, _ modified: Int64) -> ForgedPackage.File? {
        if directory.path.isRoot { return nil }
        var header = TarEntry(name: directory.path.bytes + [UInt8(ascii: "/")], kind: .directory)
        header.set(directory.ownership, modified)
        return ForgedPackage.File(header, checksum: nil)
    }

    private func file(
        _ file: ApkInstalled.File, in directory: TreePath, _ modified: Int64
    ) throws -> ForgedPackage.File {
        let relative = directory.appending(file.name)
        let place = path.appending(relative.description)
        var header = TarEntry(name: relative.bytes, kind: .file)
        header.set(file.ownership, modified)
        if let target = linkTarget(place) {
            header.kind = .symlink
            header.linkTarget = Array(target.utf8)
            return ForgedPackage.File(header, checksum: .of(header.linkTarget))
        }
        let content = try readFile(place)
        return ForgedPackage.File(header, content, checksum: .of(content))
    }
}

extension TarEntry {
    fileprivate mutating func set(_ ownership: ApkInstalled.Ownership, _ time: Int64) {
        user = ownership.user
        group = ownership.group
        // apk looks the names up before the numbers.
        userName = Array("\(ownership.user == 0 ? "root" : "")".utf8)
        mode = ownership.mode
        modified = time
    }
}
