// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage
import Testing

extension ArchiveRuns {
    /// What the language of recipes makes, run.
    @Suite struct RecipeTests {
        @Test func aBusyBoxHasItsCommands() throws {
            try withScratchDirectory { scratch in
                let image = try BuiltImage(["pack", "busybox-static", "--from", "debian:trixie"], in: scratch)
                let box = try Box(image, in: scratch)
                let result = try box.run(["sh", "-c", "ls /usr/bin | grep -c . && echo hello | tr a-z A-Z && id -un"])
                let lines = result.text.split(separator: "\n")
                #expect(lines.count == 3 && lines.dropFirst().first == "HELLO", "\(result.text)\(result.errorText)")
                #expect(lines.first.flatMap { Int($0) }.map { $0 > 200 } == true)
            }
        }

        @Test func aToolboxForAnyImage() throws {
            try withScratchDirectory { scratch in
                let recipe = scratch.appending("r.yaml")
                try writeFile(recipe, "distribution: debian:trixie\ncontents: {packages: [redis-server]}\n")
                let image = try BuiltImage(["build", recipe.string, "--variant", "debug"], in: scratch)
                let box = try Box(image, in: scratch)
                #expect(try box.run(["sh", "-c", "redis-server --version | cut -c 1-12"]).text == "Redis server\n")
            }
        }

        /// The multi-stage pattern: a program of one image and nothing else, beside a file of this machine.
        @Test func aProgramOfAnotherImage() throws {
            try withScratchDirectory { scratch in
                let first = scratch.appending("first")
                try makeDirectories(first)
                let stage = try BuiltImage(["pack", "busybox-static", "--from", "debian:trixie"], in: first)
                try writeFile(scratch.appending("motd"), "welcome\n")
                let text = """
                    profile: scratch
                    files:
                      - {from: "oci:\(stage.layout)", source: /bin/busybox, path: /bin/}
                      - {source: motd, path: /etc/motd}
                    accounts: {users: [{username: app, uid: 1000}]}

                    """
                try writeFile(scratch.appending("r.yaml"), text)
                let image = try BuiltImage(["build", scratch.appending("r.yaml").string], in: scratch)
                let box = try Box(image, in: scratch)
                #expect(try box.run(["/bin/busybox", "cat", "/etc/motd"]).text == "welcome\n")
                #expect(try box.run(["/bin/busybox", "ls", "/bin"]).text == "busybox\n")
            }
        }

        @Test func aPackageOfOnesOwn() throws {
            try withScratchDirectory { scratch in
                let package = TestPackage(
                    "greet", architecture: "all", fields: ["Depends": "dash, libc-bin"],
                    files: [.file("usr/bin/greet", "#!/bin/sh\necho hello\n", mode: 0o755)])
                try writeFile(scratch.appending("greet.deb"), try package.deb())
                let path = scratch.appending("greet.deb").string
                let image = try BuiltImage(["pack", path, "--from", "debian:trixie"], in: scratch)
                #expect(try Box(image, in: scratch).run(["greet"]).text == "hello\n")
            }
        }
    }
}
