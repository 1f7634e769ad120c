// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// Recipes for packages of apk: as apko has them, with keys fetched and package files of one's own.
struct ApkRecipeTests {
    private static let greeting = ForgedPackage(
        "greeting",
        files: [
            .directory("usr"), .directory("usr/bin"), .file("usr/bin/greet", "#!/bin/sh\necho hello\n", mode: 0o755),
        ])

    private static func local(_ version: String = "2.0-r0") -> ForgedPackage {
        var package = ForgedPackage(
            "own", version, files: [.directory("etc"), .file("etc/own", "own \(version)\n")])
        package.record.depends = ["greeting"]
        package.record.provides = ["virtual=1"]
        return package
    }

    private static func with(_ body: (ApkForge, PlinthRun) async throws -> Void) async throws {
        try await withAsyncScratchDirectory { directory in
            let forge = ApkForge(key: try ForgeKey(), directory: directory.appending("repository"))
            try forge.write([greeting, ForgedPackage("own", "9.0-r0")])
            try await body(forge, PlinthRun(home: directory))
        }
    }

    /// Repositories and keys by address, and no distribution: the key is the recipe's, and the lock keeps it.
    @Test func keysAreFetchedAndPinned() async throws {
        try await Self.with { forge, run in
            try await FileServer.with(forge.directory) { server in
                let key = "\(server.address)/keys/\(forge.key.name)"
                let text = """
                    contents:
                      repositories: ["\(server.address)"]
                      keyring: ["\(key)"]
                      packages: [greeting]
                    archs: [x86_64]

                    """
                try writeFile(run.home.appending("r.yaml"), text)
                let locked = try run("lock", "r.yaml")
                #expect(locked.status == 0, "\(locked.errorText)")
                let first = try run("build", "r.yaml", "-o", "out", "--locked", "--json")
                #expect(first.status == 0, "\(first.errorText)")
                let tree = try run("tree", "out", "etc/apk/keys")
                #expect(tree.text.contains(forge.key.name))
                // Everything is in the store.
                let again = try run("build", "r.yaml", "-o", "out", "--locked", "--offline", "--json")
                #expect(digest(again.text) == digest(first.text), "\(again.errorText)")
                // Another key at the address: not without being told.
                try writeFile(forge.keys.appending(forge.key.name), try ForgeKey().publicPEM)
                let changed = try run("build", "r.yaml", "-o", "out")
                #expect(changed.errorText.contains("code: key.changed"))
                try writeFile(
                    run.home.appending("r.yaml"), text.replacing("\(server.address)/keys", with: "http://example.org"))
                let insecure = try run("build", "r.yaml", "-o", "out")
                #expect(insecure.status == 64 && insecure.errorText.contains("code: key.insecure"))
            }
        }
    }

    @Test func packageFilesOfOnesOwn() async throws {
        try await Self.with { forge, run in
            let file = run.home.appending("own.apk")
            try writeFile(file, try Self.local().apk(keys: [], .rsa))
            let recipe = """
                contents:
                  repositories: ["\(forge.directory)"]
                  keyring: ["\(forge.keys)"]
                  packages: [./own.apk]
                archs: [x86_64]

                """
            try writeFile(run.home.appending("r.yaml"), recipe)
            let built = try run("build", "r.yaml", "-o", "out")
            #expect(built.status == 0, "\(built.errorText)")
            let packages = try run("inspect", "out", "--packages").text
            #expect(packages.contains("own") && packages.contains("2.0-r0") && packages.contains("greeting"))
            #expect(try run("lock", "r.yaml").status == 0)
            #expect(try run("build", "r.yaml", "-o", "out", "--locked").status == 0)
            try writeFile(file, try Self.local("2.1-r0").apk(keys: [], .rsa))
            #expect(try run("build", "r.yaml", "-o", "out", "--locked").errorText.contains("code: lock.stale"))
            #expect(try run("build", "r.yaml", "-o", "out").status == 0)
        }
    }

    @Test func servicesAreSupervised() async throws {
        try await Self.with { forge, run in
            try forge.write([Self.greeting, ForgedPackage("s6")])
            let recipe = """
                contents: {repositories: ["\(forge.directory)"], keyring: ["\(forge.keys)"], packages: [greeting]}
                entrypoint: {type: service-bundle, services: {greeter: /usr/bin/greet}}
                archs: [x86_64]

                """
            try writeFile(run.home.appending("r.yaml"), recipe)
            let built = try run("build", "r.yaml", "-o", "out")
            #expect(built.status == 0, "\(built.errorText)")
            #expect(built.text.contains("runs      /bin/s6-svscan /sv"))
            #expect(try run("tree", "out", "sv").text.contains("greeter/"))
        }
    }
}
