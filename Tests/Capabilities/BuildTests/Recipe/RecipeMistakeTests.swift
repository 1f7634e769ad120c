// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthBuild

/// Everything a person is told about a recipe, in one text.
private func told(_ text: String) -> String {
    do {
        _ = try Recipe.parse(Array(text.utf8), name: "r.yaml")
        return "no problem"
    } catch let problem as Problem {
        #expect(problem.kind == .usage)
        let hints = problem.hints.map { "hint: \($0)" }
        return (["\(problem.code): \(problem.what)", problem.place ?? "", problem.why ?? ""] + hints)
            .joined(separator: "\n")
    } catch {
        return "\(error)"
    }
}

struct RecipeMistakeTests {
    @Test func `an unknown key, and the nearest known one`() {
        #expect(
            told("distribution: debian:trixie\ncontents:\n  packges: [redis]\n") == """
                recipe.unknownKey: Contents has no key “packges”
                r.yaml:3:3
                3 |   packges: [redis]
                  |   ^
                hint: did you mean packages?
                """)
        #expect(
            told("distribution: debian:trixie\ncertificates: {xyz: 1}\n") == """
                recipe.unknownKey: Certificates has no key “xyz”
                r.yaml:2:16
                2 | certificates: {xyz: 1}
                  |                ^
                hint: it has additional or providers
                """)
    }

    @Test func `a key for a later version`() {
        #expect(
            told("distribution: debian:trixie\nslim:\n  debug: {}\n") == """
                recipe.notYet: This version cannot do “slim” yet
                r.yaml:2:1
                2 | slim:
                  | ^
                hint: leave it out, or use a later version
                """)
        #expect(
            told("distribution: debian:trixie\nprofile: closure\n") == """
                recipe.notYet: This version cannot make the profile “closure” yet
                r.yaml:2:10
                2 | profile: closure
                  |          ^
                hint: minimal has whole packages, scratch only the files that are named
                """)
        #expect(
            told("distribution: debian:trixie\nscripts: sandbox\n") == """
                recipe.notYet: This version cannot run maintainer scripts yet
                r.yaml:2:10
                2 | scripts: sandbox
                  |          ^
                hint: leave the key out: effects stand in for scripts
                """)
    }

    @Test func `effects by name`() {
        #expect(
            told("distribution: debian:trixie\neffects: [sysuser]\n") == """
                recipe.value: “effects” takes sysusers, tmpfiles, glib-schemas, fontconfig or bytecode
                r.yaml:2:11
                2 | effects: [sysuser]
                  |           ^
                hint: did you mean sysusers?
                """)
        #expect(
            told("distribution: debian:trixie\neffects: [tmpfiles, tmpfiles]\n").hasPrefix(
                "recipe.duplicate: “tmpfiles” stands here twice\nr.yaml:2:21"))
        #expect(
            told("distribution: debian:trixie\neffects: tmpfiles\n").hasPrefix("recipe.value: “effects” takes a list"))
    }

    @Test func `a distribution that is not known`() {
        #expect(
            told("# mine\ndistribution: debian:trixxie\n") == """
                distribution.unknown: Debian has no release of this name that can be built from
                r.yaml:2:15
                2 | distribution: debian:trixxie
                  |               ^
                hint: did you mean debian:trixie?
                hint: it has debian:sid, debian:forky, debian:trixie, debian:bookworm, debian:bullseye
                """)
    }

    @Test func `a key that is needed`() {
        #expect(
            told("profile: slim\n") == """
                recipe.missingKey: The recipe needs “distribution”
                r.yaml:1:1
                1 | profile: slim
                  | ^
                hint: such as debian:trixie
                hint: or a base: to build on
                hint: or repositories of apk under contents:
                hint: or the profile scratch, which needs none
                """)
        #expect(
            told("profile: scratch\ncontents: {packages: [tzdata]}\n").hasPrefix(
                "recipe.missingKey: Packages need a “distribution” to come from\nr.yaml:1:1"))
        #expect(
            told("distribution: debian:trixie\naccounts:\n  users:\n    - username: app\n") == """
                recipe.missingKey: A user needs “uid”
                r.yaml:4:7
                4 |     - username: app
                  |       ^
                hint: The number.
                """)
    }

    @Test func `a value of the wrong kind`() {
        #expect(
            told("distribution: debian:trixie\ncontents: {packages: redis}\n") == """
                recipe.value: “packages” takes a list
                r.yaml:2:22
                2 | contents: {packages: redis}
                  |                      ^
                hint: for one write: [redis]
                """)
        #expect(
            told("distribution: debian:trixie\nprofile: minmal\n") == """
                recipe.value: “profile” takes full, slim, minimal or scratch
                r.yaml:2:10
                2 | profile: minmal
                  |          ^
                hint: did you mean minimal?
                """)
        #expect(
            told("- a\n") == """
                recipe.value: The recipe is a mapping of keys to values
                r.yaml:1:1
                1 | - a
                  | ^
                hint: such as include, variants, vars, distribution
                """)
    }

    @Test func `what a message repeats cannot move the cursor`() {
        #expect(
            told("distribution: d\n\"\\e[2J\\u202e\": x\n").hasPrefix(
                "recipe.unknownKey: The recipe has no key “·[2J·”\nr.yaml:2:1\n2 | \"\\e[2J\\u202e\": x\n"))
        #expect(told("distribution: d\nports: \"\\e[2J\"\n").hasSuffix("hint: for one write: [·[2J]"))
        let long = String(repeating: "x", count: 100)
        #expect(told("distribution: d\n\(long): x\n").contains("no key “\(long.prefix(60))…”"))
    }

    @Test func `a command whose quotes do not close`() {
        #expect(
            told("distribution: debian:trixie\nentrypoint:\n  command: sh -c 'exec\n") == """
                recipe.quotes: “command” cannot be split into words: a ' is not closed
                r.yaml:3:12
                3 |   command: sh -c 'exec
                  |            ^
                """)
    }

    @Test func `two of a name`() {
        #expect(
            told("distribution: d\naccounts:\n  groups: [{groupname: a, gid: 1},\n    {groupname: a, gid: 2}]\n") == """
                recipe.duplicate: “a” stands in “groups” twice
                r.yaml:4:5
                4 |     {groupname: a, gid: 2}]
                  |     ^
                hint: also on line 3
                """)
    }

    @Test(arguments: RecipeKeys.recipe.keys.map(\.name))
    func `no key takes just anything`(name: String) {
        // A list in a list fits nowhere, and neither does a mapping with a key that nothing has.
        for value in ["[[[]]]", "{zzz: {zzz: {}}}"] {
            let text = (name == "distribution" ? "" : "distribution: debian:trixie\n") + "\(name): \(value)\n"
            #expect(told(text).hasPrefix("recipe."), "\(text)")
        }
    }

    @Test(arguments: ["slim", "tests", "options"])
    func `what is not done yet is named`(name: String) {
        #expect(
            told("distribution: d\n\(name): x\n").hasPrefix(
                "recipe.notYet: This version cannot do “\(name)” yet\nr.yaml:2:1"))
    }

    @Test(
        arguments: [
            "profile: closure",
            "contents: {keyring: ['https://example.org/key.gpg']}", "contents: {repositories: ['deb /srv ./ x']}",
        ])
    func `what this version cannot do below the top`(text: String) {
        #expect(told("distribution: debian:trixie\n" + text).hasPrefix("recipe.notYet: This version cannot"))
    }

    @Test(
        arguments: [
            "snapshot: 2026-02-30", "snapshot: yesterday", "snapshot: 2026-11-01T25:00:00Z", "snapshot: 20261101",
            "snapshot: 2026-11-01T00:00:00+01:00", "contents: {recommends: yes}", "contents: {recommends: 'true'}",
            "contents: {packages: ['a b']}", "contents: {packages: ['!']}", "contents: {packages: ['']}",
            "contents: {packages: [{a: b}]}", "contents: {packages: ['!!a']}", "archs: [vax]", "archs: [amd64, all]",
            "contents: {repositories: [https://example.org]}", "contents: {repositories: ['deb-src /srv a b']}",
            "contents: {repositories: ['deb [trusted=yes] /srv a b']}", "contents: {repositories: ['deb [a /srv a b']}",
            "contents: {repositories: ['deb /srv a']}", "contents: {repositories: ['deb ftp://x a b']}",
            "contents: {repositories: [{url: 'a b'}]}", "contents: {repositories: [{url: /a, suites: ['../b']}]}",
            "contents: {repositories: [{url: /a, suites: ['/b']}]}",
            "contents: {repositories: ['deb [signed-by=a] /s a b']}",
            "entrypoint: {type: service-bundle}", "entrypoint: {services: {a/b: c}}", "layering: {budget: 0}",
            "contents: {runtime_repositories: [a]}", "contents: {build_repositories: [a]}",
            "format: erofs", "layering: {strategy: some}", "layering: {budget: 1.5}", "layering: {budget: 121}",
            "vcs-url: a b",
            "dependencies: some", "scripts: all", "compression: xz", "entrypoint: ''", "entrypoint: {command: '\"\"'}",
            "entrypoint: {command: a, shell-fragment: b}", "entrypoint: \"a\\0b\"", "cmd: {a: b}",
            "stop-signal: kill -9", "stop-signal: 0", "stop-signal: 65", "work-dir: srv", "work-dir: \"/a\\nb\"",
            "environment: {A: [b]}", "environment: {A: }", "environment: {'A=B': c}", "environment: {'': c}",
            "environment: [A=b]", "labels: {a: {b: c}}", "annotations: {a: }", "volumes: [data]", "volumes: /data",
            "ports: [0]", "ports: [65536]", "ports: [80/icmp]", "ports: [80/tcp/udp]", "ports: ['+80']", "ports: [a]",
            "time-zone: ../etc/passwd", "time-zone: /UTC", "time-zone: Europe//Berlin", "time-zone: ''",
            "accounts: {run-as: 'a b'}", "accounts: {run-as: 'a:'}", "accounts: {run-as: 'a:b:c'}",
            "accounts: {users: [{username: 'a:b', uid: 1}]}", "accounts: {users: [{username: a, uid: -1}]}",
            "accounts: {users: [{username: a, uid: 4294967295}]}", "accounts: {users: [{username: a, uid: 0x10}]}",
            "accounts: {users: [{username: a, uid: 1.0}]}", "accounts: {users: [{username: a, uid: 1, homedir: a}]}",
            "accounts: {users: [{username: a, uid: 1, homedir: '/a:b'}]}",
            "accounts: {users: [{username: -a, uid: 1}]}",
            "accounts: {users: [{username: a, uid: 1, gecos: 'a:b'}]}", "accounts: {users: {username: a, uid: 1}}",
            "accounts: {users: [{username: a, uid: 1, gecos: \"a\\nb\"}]}",
            "accounts: {users: [{username: a, uid: 1, gecos: \"a:\\u0301b\"}]}", "environment: {\"A=\\u0301\": b}",
            "accounts: {users: [{username: a, uid: 1, homedir: \"/a:\\u0301\"}]}",
            "accounts: {run-as: \"a:\\u0301b:c\"}",
            "accounts: {users: [{username: a, uid: 0100}]}", "stop-signal: SIGterm",
            "contents: {packages: [\"a \\u0301b\"]}",
            "contents: {repositories: [{url: /a, components: [..]}]}", "contents: {repositories: ['deb /srv ../a b']}",
            "contents: {repositories: ['deb /srv a b/../c']}",
            "accounts: {groups: [{groupname: a, gid: 1, members: [b c]}]}",
            "paths: [{path: ../a, type: directory}]", "paths: [{path: /, type: empty-file}]",
            "paths: [{path: a, type: file}]", "paths: [{path: a, type: symlink, source: ''}]",
            "paths: [{path: a, type: directory, source: b}]",
            "paths: [{path: a, type: symlink, source: b, recursive: true}]",
            "paths: [{path: a, type: permissions}]", "paths: [{path: a, type: hardlink, source: ../b}]",
            "paths: [{path: a, type: directory, permissions: 0o8}]",
            "paths: [{path: a, type: directory, permissions: 0o17777}]", "paths: [{path: \"a\\nb\", type: directory}]",
            "paths: [{path: a, type: directory, permissions: u+x}]",
            "paths: [{path: a, type: directory, permissions: -1}]",
            "files: [{source: a, path: /, type: file}]", "files: [{source: a, path: b, type: zip}]",
            "files: [{source: a, path: b, from: c, type: tar}]", "files: [{source: ../a, path: b, from: c}]",
            "files: [{source: a, path: b, digest: sha256:12}]", "files: [{source: a, path: b, keep-owners: true}]",
            "files: [{source: a, path: b, type: tar, keep-owners: true, uid: 1}]",
            "files: [{source: a, path: b, type: directory, digest: 'sha256:\(String(repeating: "0", count: 64))'}]",
            "files: [{source: a, path: ../../b}]", "files: [{source: '', path: b}]",
            "certificates: {additional: [{name: ../a, content: x}]}",
            "certificates: {additional: [{name: a, content: x}]}",
        ])
    func `a wrong value is told with its line`(text: String) {
        let answer = told("distribution: debian:trixie\n" + text)
        #expect(answer.hasPrefix("recipe.value: "), "\(answer)")
        #expect(answer.contains("\nr.yaml:2:") && answer.hasSuffix("^") || answer.contains("^\nhint: "), "\(answer)")
    }

    @Test(arguments: [
        "paths: [{path: a, type: symlink}]", "paths: [{path: a, type: hardlink}]", "paths: [{type: directory}]",
        "files: [{path: a}]", "files: [{source: a}]", "certificates: {additional: [{name: a}]}",
        "accounts: {groups: [{groupname: a}]}", "contents: {repositories: [{suites: [a]}]}", "accounts: {users: [{}]}",
    ])
    func `what is missing is told`(text: String) {
        #expect(told("distribution: d\n" + text).hasPrefix("recipe.missingKey: "))
    }
}
