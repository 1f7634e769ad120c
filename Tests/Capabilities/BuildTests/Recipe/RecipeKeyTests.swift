// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthBuild

extension Recipe {
    /// Reads a recipe from text; `distribution` is put in front.
    static func reading(_ text: String) throws -> Recipe {
        try Recipe.parse(Array(("distribution: debian:trixie\n" + text).utf8), name: "r.yaml")
    }
}

/// Every key, with every form of its value.
struct RecipeKeyTests {
    @Test func `a recipe of one line has the usual values`() throws {
        let recipe = try Recipe.reading("")
        #expect(recipe == Recipe(distribution: "debian:trixie"))
        #expect(recipe.profile == .minimal && recipe.scripts == .none && recipe.compression == .gzip)
        #expect(recipe.dependencies == nil && !recipe.contents.recommends)
    }

    @Test func `effects in an order of their own`() throws {
        let recipe = try Recipe.reading("effects: [glib-schemas, sysusers]")
        #expect(recipe.effects == [.sysusers, .glibSchemas])
        #expect(try recipe.checksum == Recipe.reading("effects: [sysusers, glib-schemas]").checksum)
        #expect(try recipe.checksum != Recipe.reading("effects: [sysusers]").checksum)
        #expect(try Recipe.reading("effects: null").effects == nil)
    }

    @Test func `what goes in`() throws {
        let recipe = try Recipe.reading(
            """
            snapshot: 2026-11-01
            profile: slim
            dependencies: declared
            scripts: none
            compression: zstd
            archs: [amd64, aarch64, armhf, linux/s390x]
            contents:
              packages: [nginx, nginx=1.22*, nginx/trixie-backports, '!perl', "!dash"]
              keyring: [keys/own.gpg]
              recommends: true
            """)
        #expect(recipe.snapshot == "20261101T000000Z")
        #expect(recipe.profile == .slim && recipe.dependencies == .declared && recipe.scripts == .none)
        #expect(recipe.compression == .zstd)
        #expect(recipe.architectures == ["amd64", "arm64", "arm/v7", "s390x"])
        #expect(recipe.contents.packages == ["nginx", "nginx=1.22*", "nginx/trixie-backports", "!perl", "!dash"])
        #expect(recipe.contents.keyrings == ["keys/own.gpg"])
        #expect(recipe.contents.recommends)
    }

    @Test(
        arguments: [
            ("2026-11-01", "20261101T000000Z"), ("2026-11-01T06:07:08Z", "20261101T060708Z"),
            ("20261101T060708Z", "20261101T060708Z"), ("'2024-02-29'", "20240229T000000Z"),
        ])
    func `dates`(text: String, expected: String) throws {
        #expect(try Recipe.reading("snapshot: \(text)").snapshot == expected)
    }

    @Test func `repositories as mappings and as lines`() throws {
        let recipe = try Recipe.reading(
            """
            contents:
              repositories:
                - {url: https://example.org/debian/, suites: [trixie, trixie-updates], components: [main], keyring: a.gpg}
                - url: file:///srv/mirror//
                - deb [signed-by=/etc/own.gpg] http://127.0.0.1:8080/x  stable/updates main contrib
                - deb /srv/mirror trixie main
            """)
        #expect(
            recipe.contents.repositories == [
                .init(
                    url: "https://example.org/debian", suites: ["trixie", "trixie-updates"], components: ["main"],
                    keyring: "a.gpg"),
                .init(url: "/srv/mirror"),
                .init(
                    url: "http://127.0.0.1:8080/x", suites: ["stable/updates"], components: ["main", "contrib"],
                    keyring: "/etc/own.gpg"),
                .init(url: "/srv/mirror", suites: ["trixie"], components: ["main"]),
            ])
    }

    @Test func `accounts`() throws {
        let accounts = try Recipe.reading(
            """
            accounts:
              run-as: 65532:65532
              users:
                - {username: app, uid: 1000}
                - {username: web, uid: 33, gid: 34, shell: /bin/sh, homedir: /var/www, gecos: "Web, of course"}
              groups:
                - {groupname: ops, gid: 4294967294, members: [app, web]}
            """
        ).accounts
        #expect(accounts.runAs == "65532:65532")
        #expect(
            accounts.users == [
                .init(name: "app", user: 1000, group: 1000, home: "/home/app"),
                .init(
                    name: "web", user: 33, group: 34, home: "/var/www", shell: "/bin/sh", comment: "Web, of course"),
            ])
        #expect(accounts.groups == [.init(name: "ops", group: 4_294_967_294, members: ["app", "web"])])
        #expect(try Recipe.reading("accounts: {run-as: 0}").accounts.runAs == "0")
    }

    @Test(
        arguments: [
            (
                "entrypoint: /usr/bin/redis-server --bind '0.0.0.0 ::'",
                ["/usr/bin/redis-server", "--bind", "0.0.0.0 ::"]
            ),
            ("entrypoint: [/bin/a, 'b c', 1]", ["/bin/a", "b c", "1"]),
            ("entrypoint: {command: /bin/a \"b c\"}", ["/bin/a", "b c"]),
            ("entrypoint: {command: [/bin/a, b c]}", ["/bin/a", "b c"]),
            ("entrypoint: {shell-fragment: \"exec a | b\"}", ["/bin/sh", "-c", "exec a | b"]),
            ("entrypoint:\n  shell-fragment: |\n    a\n    b\n", ["/bin/sh", "-c", "a\nb\n"]),
            ("entrypoint: {}", []), ("entrypoint:", []),
        ])
    func `entrypoints`(text: String, words: [String]) throws {
        #expect(try Recipe.reading(text).entrypoint == words)
    }

    @Test func `the configuration`() throws {
        let recipe = try Recipe.reading(
            """
            cmd: --port 80
            stop-signal: SIGRTMIN+3
            work-dir: /srv/my app
            environment: {A: 1, B: "two words", C: true, D: '', E: 1.10}
            annotations: {org.example.a: b}
            labels: {c: d=e}
            volumes: [/var/lib/redis]
            ports: [80, 443/tcp, "53/udp"]
            time-zone: America/Argentina/Buenos_Aires
            """)
        #expect(recipe.command == ["--port", "80"])
        #expect(recipe.stopSignal == "SIGRTMIN+3" && recipe.workingDirectory == "/srv/my app")
        #expect(recipe.environment == ["A": "1", "B": "two words", "C": "true", "D": "", "E": "1.10"])
        #expect(recipe.annotations == ["org.example.a": "b"] && recipe.labels == ["c": "d=e"])
        #expect(recipe.volumes == ["/var/lib/redis"] && recipe.ports == ["80/tcp", "443/tcp", "53/udp"])
        #expect(recipe.timeZone == "America/Argentina/Buenos_Aires")
    }

    @Test func `what is made in the tree, with its lines`() throws {
        let recipe = try Recipe.reading(
            """
            paths:
              - {path: /a/b, type: directory, uid: 1, gid: 2, permissions: 0o1777, recursive: true}
              - path: c
                type: empty-file
              - {path: d, type: symlink, source: ../x}
              - {path: e, type: hardlink, source: /a/./f}
              - {path: /, type: permissions, permissions: '0750'}
            files:
              - {source: conf/a b.txt, path: /etc/a, permissions: 644}
              - {source: a.tar.zst, path: /srv/, type: tar, keep-owners: true, digest: '\(Digest.of([]))'}
              - {from: 'oci:tools:1', source: /usr/bin/jq, path: /usr/bin/, uid: 3, archs: [arm64, x86_64]}
            """)
        #expect(
            recipe.paths == [
                .init(
                    path: TreePath("a/b"), kind: .directory, access: .init(user: 1, group: 2, mode: 0o1777),
                    recursive: true, line: 3),
                .init(path: TreePath("c"), kind: .emptyFile, line: 4),
                .init(path: TreePath("d"), kind: .symlink, source: "../x", line: 6),
                .init(path: TreePath("e"), kind: .hardlink, source: "/a/f", line: 7),
                .init(path: .root, kind: .permissions, access: .init(mode: 0o750), line: 8),
            ])
        #expect(
            recipe.files == [
                .init(source: "conf/a b.txt", path: TreePath("etc/a"), access: .init(mode: 0o644), line: 10),
                .init(
                    kind: .tar, source: "a.tar.zst", path: TreePath("srv"), isBelow: true, digest: Digest.of([]),
                    keepsOwners: true, line: 11),
                .init(
                    image: "oci:tools:1", source: "/usr/bin/jq", path: TreePath("usr/bin"), isBelow: true,
                    access: .init(user: 3), architectures: ["arm64", "amd64"], line: 12),
            ])
    }

    @Test(arguments: [("0o755", 0o755), ("0755", 0o755), ("755", 0o755), ("'0644'", 0o644), ("4755", 0o4755), ("0", 0)])
    func `permissions are octal however they are written`(text: String, bits: UInt16) throws {
        let item = try Recipe.reading("files: [{source: a, path: b, permissions: \(text)}]").files[0]
        #expect(item.access.mode == bits)
    }

    @Test func `certificates`() throws {
        let recipe = try Recipe.reading(
            """
            certificates:
              additional:
                - name: own-ca
                  content: |
                    -----BEGIN CERTIFICATE-----
                    AAAA
                    -----END CERTIFICATE-----
            """)
        let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
        #expect(recipe.certificates == [.init(name: "own-ca", content: pem)])
    }

    @Test func `keys without values are as if they were not there`() throws {
        let names = RecipeKeys.recipe.usableNames.filter { $0 != "distribution" }
        #expect(try Recipe.reading(names.map { "\($0):\n" }.joined()) == Recipe(distribution: "debian:trixie"))
    }
}
