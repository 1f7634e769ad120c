// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthImage
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// apko's files are recipes as they are.
struct ApkoRecipeTests {
    static var files: [String] {
        guard let root = Fixtures.path("alpine/apko") else { return [] }
        let found = (try? outputOf("find", [root.string, "-name", "*.yaml", "-not", "-name", "*melange.yaml"])) ?? []
        return String(decoding: found, as: UTF8.self).split(separator: "\n")
            .map { String($0.dropFirst(root.string.utf8.count + 1)) }.sorted()
    }

    static func read(_ name: String) throws -> Recipe {
        let root = try #require(Fixtures.path("alpine/apko"))
        var loader = RecipeLoader { try? readFile($0) }
        // apko finds includes where it is run.
        loader.working = name.hasPrefix("pkg/build/types/") ? root.appending("pkg/build/types") : root
        return try loader.source(try readFile(root.pushing(FilePath(name))), at: root.pushing(FilePath(name))).recipe
    }

    @Test(arguments: files)
    func `every example of apko is read`(name: String) throws {
        let recipe = try Self.read(name)
        #expect(recipe.isOfApk)
        #expect(try recipe.knownDistribution == .unnamedApk)
        #expect((recipe.base != nil) == (name.contains("image_on_top") || name.contains("on_top_of_base")))
    }

    @Test(.enabled(if: !files.isEmpty)) func `what overlays come to`() throws {
        let contents = try Self.read("pkg/build/types/testdata/overlay/overlay_with_package.apko.yaml").contents
        #expect(contents.packages == ["package", "other_package"])
        #expect(contents.repositories.map(\.url) == ["repository"] && contents.keyrings == ["key"])
        #expect(contents.buildRepositories?.map(\.url) == ["secret repository", "other_secret repository"])
        #expect(contents.runtimeRepositories == ["runtime repository", "other runtime repository"])
        let users = try Self.read("pkg/build/types/testdata/users.apko.yaml").accounts.users
        #expect(
            users == [
                .init(name: "something-else", user: 2, group: 1, home: "/not/home"),
                .init(name: "user", user: 3, group: 3, home: "/home/user"),
            ])
        #expect(try Self.read("examples/overlay.yaml").contents.packages == ["alpine-base", "nano"])
        #expect(try Self.read("internal/cli/testdata/layering.yaml").layering == Layering(strategy: .origin, budget: 2))
    }

    @Test func `all keys of apko's format`() throws {
        let recipe = try Recipe.parse(
            Array(
                """
                contents:
                  repositories: ["@local ./packages/", https://example.org/alpine/v3.22/main, /srv/x]
                  build_repositories: [./build]
                  runtime_repositories: [https://example.org/os]
                  keyring: [keys/a.rsa.pub, https://example.org/b.rsa.pub]
                  runtime_keyring:
                    - name: b.rsa.pub
                      content: |
                        -----BEGIN PUBLIC KEY-----
                        AAAA
                        -----END PUBLIC KEY-----
                  packages: [busybox, "nginx~1.26", "so:libssl.so.3", "tool@local", "!perl"]
                entrypoint: {type: service-bundle, services: {web: /usr/sbin/nginx -g "daemon off;"}}
                cmd: /bin/sh -l
                stop-signal: SIGTERM
                work-dir: /srv
                accounts:
                  run-as: nonroot
                  users: [{username: nonroot, uid: 10000, gid: 10000, shell: /bin/sh, homedir: /x}]
                  groups: [{groupname: nonroot, gid: 10000, members: [nonroot]}]
                archs: [x86_64, aarch64]
                environment: {PATH: /bin}
                paths: [{path: /run/nginx, type: directory, uid: 1, gid: 2, permissions: 0o755, recursive: true}]
                vcs-url: git+ssh://git@example.org/x.git@0123456789abcdef0123456789abcdef01234567
                annotations: {foo: bar}
                volumes: [/run/nginx]
                layering: {strategy: origin, budget: 3}
                format: tar
                certificates: {providers: [custom-ca-certificates]}
                """.utf8), name: "apko.yaml")
        #expect(recipe.isOfApk)
        #expect(
            recipe.contents.repositories == [
                .init(url: "./packages", tag: "local"), .init(url: "https://example.org/alpine/v3.22/main"),
                .init(url: "/srv/x"),
            ])
        #expect(recipe.contents.buildRepositories == [.init(url: "./build")])
        #expect(recipe.contents.runtimeKeys?.map(\.name) == ["b.rsa.pub"])
        #expect(recipe.contents.packages.suffix(2) == ["!perl", "s6"])
        #expect(recipe.entrypoint == ["/bin/s6-svscan", "/sv"])
        #expect(recipe.services == ["web": "/usr/sbin/nginx -g \"daemon off;\""])
        #expect(recipe.annotations["org.opencontainers.image.source"] == "git+ssh://git@example.org/x.git")
        #expect(
            recipe.annotations["org.opencontainers.image.revision"] == "0123456789abcdef0123456789abcdef01234567")
        #expect(recipe.layering == Layering(strategy: .origin, budget: 3))
        #expect(recipe.certificateProviders == ["custom-ca-certificates"])
        var tree = FileTreeOfServices.tree
        try recipe.additions.apply(to: &tree)
        #expect(
            try tree.lines().filter { $0.contains("sv/") } == [
                "0755 sv/ @7", "0755 sv/web/ @7",
                "0755 sv/web/run “#!/bin/execlineb⏎/usr/sbin/nginx -g \"daemon off;\"” @7",
            ])
    }

    @Test func `what is not apko's needs a distribution`() {
        #expect(code { try Recipe.parse(Array("contents: {packages: [a]}".utf8), name: "r") } == "recipe.missingKey")
        let debian = "contents: {repositories: ['deb /srv trixie main']}"
        #expect(code { try Recipe.parse(Array(debian.utf8), name: "r") } == "recipe.missingKey")
    }
}

private enum FileTreeOfServices {
    static var tree: FileTree {
        var tree = FileTree(epoch: 7)
        tree.makeDirectory(TreePath("run/nginx"), origin: .effect("x"))
        return tree
    }
}
