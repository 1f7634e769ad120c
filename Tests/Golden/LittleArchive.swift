// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage

/// A signed archive with a few packages, made anew for each test.
struct LittleArchive {
    let directory: FilePath
    let key: TestKey
    var archive: TestArchive

    static let packages = [
        TestPackage(
            "hello", "2.10-3", architecture: "amd64", fields: ["Depends": "libgreeting (>= 1.0), init-system-helpers"],
            files: [
                .file("usr/bin/hello", "#!/lib/greeting/words\necho hello\n", mode: 0o755),
                .file("etc/hello.conf", "greeting=hello\n"),
                .file("usr/share/doc/hello/copyright", "Nobody's.\n"),
                .file("usr/share/doc/hello/README", "Read me.\n"),
            ],
            scripts: ["postinst": "#!/bin/sh\nset -e\nfrobnicate --all\n"], conffiles: ["/etc/hello.conf"]),
        TestPackage(
            "libgreeting", "1.2", architecture: "amd64",
            files: [.file("lib/greeting/words", "good morning\n"), .directory("var/lib/greeting", mode: 0o2775)]),
        TestPackage("init-system-helpers", "1.66", files: [.file("usr/bin/invoke-rc", "#!/bin/sh\n", mode: 0o755)]),
        TestPackage("wants-nothing-real", "1", fields: ["Depends": "no-such-package"]),
        TestPackage("oil", "1", fields: ["Conflicts": "water"]), TestPackage("water", "1"),
        TestPackage("drink", "1", fields: ["Depends": "oil, water"]),
        TestPackage("clash", "1", files: [.file("usr/bin/hello", "#!/bin/sh\necho other\n", mode: 0o755)]),
    ]

    /// Lends an archive for the suite trixie and a run of the program against it.
    static func with(
        validUntil: Int64? = nil, _ body: (LittleArchive, PlinthRun) throws -> Void
    ) throws {
        try withTestKey { key in
            try withScratchDirectory { directory in
                var archive = TestArchive(directory.appending("archive"))
                archive.validUntil = validUntil
                let little = LittleArchive(directory: directory, key: key, archive: archive)
                try little.publish(packages)
                try body(little, little.run)
            }
        }
    }

    var run: PlinthRun {
        PlinthRun(home: directory, archive: archive.directory, keyring: key.keyring)
    }

    func publish(_ packages: [TestPackage]) throws {
        _ = try archive.write(suite: "trixie", packages, key: key)
    }

    /// Every package file of the pool.
    func pool(_ package: String) throws -> FilePath {
        let found = try outputOf("find", [archive.directory.string, "-name", "\(package)_*.deb"])
        return FilePath(String(decoding: found, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? "")
    }

    /// Changes one bit in the middle of a file.
    static func flipBit(_ path: FilePath) throws {
        var bytes = try readFile(path)
        bytes[bytes.count / 2] ^= 0x10
        try writeFile(path, bytes)
    }
}
