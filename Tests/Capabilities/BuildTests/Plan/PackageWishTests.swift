// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthPackages
import PlinthReports
import PlinthTestSupport
import Testing

@testable import PlinthBuild

/// Package lists written as test packages.
enum Lists {
    static func index(_ packages: [TestPackage], label: String = "stable/main") throws -> IndexSource {
        let stanzas = packages.map { package in
            TestArchive.stanza(
                package, path: "pool/\(package.fileName)", Array("\(package.name) \(package.version)".utf8))
        }
        let bytes = try PackagesIndexCompiler.compile(
            MemorySource(Array(stanzas.joined(separator: "\n").utf8)), place: "test")
        return IndexSource(index: try CompiledIndex(bytes), priority: 500, label: label)
    }

    static func universe(_ sources: [any PackageSource]) -> Universe {
        Universe(architecture: "amd64", sources: sources, compare: DebianVersion.compare)
    }
}

struct PackageWishTests {
    static let packages = [
        TestPackage(
            "app",
            fields: [
                "Depends": "libapp (>= 1), adduser, debconf (>= 0.5) | debconf-2.0, init-system-helpers (>= 1.5~), ucf",
                "Recommends": "extra",
            ]),
        TestPackage("libapp", "1.5"), TestPackage("extra"), TestPackage("adduser", fields: ["Depends": "passwd"]),
        TestPackage("passwd"), TestPackage("debconf"), TestPackage("init-system-helpers", "1.66"),
        TestPackage("ucf", fields: ["Depends": "debconf, sensible-utils"]), TestPackage("sensible-utils"),
        TestPackage("dpkg"), TestPackage("apt", fields: ["Depends": "dpkg, adduser"]),
        TestPackage("tool", fields: ["Depends": "dpkg"]),
        TestPackage("ca-certificates", fields: ["Depends": "openssl, debconf"]), TestPackage("openssl"),
        TestPackage("web", fields: ["Depends": "openssl, ca-certificates"]),
        TestPackage("login", fields: ["Depends": "passwd"]),
        TestPackage(
            "base-files", fields: ["Essential": "yes", "Priority": "required", "Depends": "usrmerge | usr-is-merged"]),
        TestPackage("usrmerge", fields: ["Priority": "required"]), TestPackage("usr-is-merged"),
        TestPackage("bash", fields: ["Priority": "required"]),
    ]

    static func choose(
        _ words: [String], _ profile: BuildProfile = .minimal, _ dependencies: PackageWish.Dependencies = .runtime,
        recommends: Bool = false, from packages: [TestPackage] = packages
    ) throws -> (names: [String], leftOut: [String]) {
        let index = try Lists.index(packages)
        let wish = PackageWish(words: words, profile: profile, dependencies: dependencies, recommends: recommends)
        let choice = try wish.choose(from: Lists.universe([index]), required: Set(try index.required()).sorted())
        return (
            choice.resolution.packages.map(\.record.name),
            choice.leftOut.map { "\($0.name): \($0.askedBy.joined(separator: ", "))" }
        )
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let words: [String]
        var profile = BuildProfile.minimal
        var dependencies = PackageWish.Dependencies.runtime
        var recommends = false
        let names: [String]
        let leftOut: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "what only scripts use stays out, and what that asks for", words: ["app"],
            names: ["app", "libapp"], leftOut: ["adduser: app", "debconf: app", "init-system-helpers: app", "ucf: app"]),
        Case(
            testDescription: "declared dependencies are all there", words: ["app"], dependencies: .declared,
            names: ["adduser", "app", "debconf", "init-system-helpers", "libapp", "passwd", "sensible-utils", "ucf"],
            leftOut: []),
        Case(
            testDescription: "what is named is there, though a rule would leave it out", words: ["app", "ucf"],
            names: ["app", "debconf", "libapp", "ucf"],
            leftOut: ["adduser: app", "init-system-helpers: app", "sensible-utils: ucf"]),
        Case(
            testDescription: "named with a version it is there too", words: ["app", "adduser=1.0*"],
            names: ["adduser", "app", "libapp", "passwd"],
            leftOut: ["debconf: app", "init-system-helpers: app", "ucf: app"]),
        Case(
            testDescription: "a rule does not hold beside a package that needs the thing", words: ["tool", "apt"],
            names: ["apt", "dpkg", "tool"], leftOut: ["adduser: apt"]),
        Case(testDescription: "it does without", words: ["tool"], names: ["tool"], leftOut: ["dpkg: tool"]),
        Case(
            testDescription: "a rule for one asker", words: ["ca-certificates"], names: ["ca-certificates"],
            leftOut: ["debconf: ca-certificates", "openssl: ca-certificates"]),
        Case(
            testDescription: "does not hold when another asks", words: ["web"],
            names: ["ca-certificates", "openssl", "web"],
            leftOut: ["debconf: ca-certificates"]),
        Case(
            testDescription: "another rule falls because of it", words: ["login"], names: ["login", "passwd"],
            leftOut: []),
        Case(
            testDescription: "recommended packages", words: ["app"], recommends: true,
            names: ["app", "extra", "libapp"],
            leftOut: ["adduser: app", "debconf: app", "init-system-helpers: app", "ucf: app"]),
        Case(
            testDescription: "a whole system: required packages, apt, and usr-is-merged instead of usrmerge",
            words: ["libapp"], profile: .slim, dependencies: .declared,
            names: ["adduser", "apt", "base-files", "bash", "dpkg", "libapp", "passwd", "usr-is-merged"], leftOut: []),
        Case(testDescription: "nothing", words: [], names: [], leftOut: []),
    ]

    @Test(arguments: cases)
    func chooses(_ item: Case) throws {
        let found = try Self.choose(item.words, item.profile, item.dependencies, recommends: item.recommends)
        #expect(found.names == item.names)
        #expect(found.leftOut == item.leftOut)
    }

    @Test(arguments: [
        (["missing"], "resolve.unknownPackage"), (["app=9*"], "resolve.noSuchVersion"),
        (["app", "!libapp"], "resolve.unsatisfiable"),
        (["app="], "resolve.badRequest"), (["app:arm64"], "resolve.foreignArchitecture"),
    ])
    func refuses(_ words: [String], _ expected: String) {
        let found = code { try Self.choose(words) }
        #expect(found == expected)
    }

    @Test func rulesAreOfUse() {
        let names = RuntimeDependency.all.map(\.name)
        #expect(Set(names).count == names.count)
        for rule in RuntimeDependency.all {
            #expect(!rule.reason.isEmpty)
            #expect(!rule.neededBy.contains(rule.name) && !rule.onlyFor.contains(rule.name))
        }
    }

    @Test func reasons() throws {
        let index = try Lists.index(Self.packages)
        let wish = PackageWish(words: ["web"], profile: .slim, dependencies: .declared, recommends: false)
        let resolution = try wish.choose(from: Lists.universe([index]), required: ["bash"]).resolution
        #expect(resolution.reason(for: "web") == "web")
        #expect(resolution.reason(for: "openssl") == "web → openssl")
        #expect(resolution.reason(for: "base-files") == "essential → base-files")
        #expect(resolution.reason(for: "usr-is-merged") == "essential → base-files → usr-is-merged")
    }
}

struct PinnedSourceTests {
    static let packages = [
        TestPackage("app", "1.0", fields: ["Depends": "lib"]),
        TestPackage("app", "2.0", fields: ["Depends": "lib (>= 1.0)"]),
        TestPackage("app", "3.0", fields: ["Depends": "lib (>= 2.0)"]), TestPackage("lib", "1.0"),
        TestPackage("lib", "2.0"),
    ]

    /// Versions of app and lib with these pins.
    static func versions(_ pins: [String: String], _ words: [String] = ["app"]) throws -> String {
        let index = try Lists.index(packages)
        let wish = PackageWish(words: words, profile: .minimal, dependencies: .runtime, recommends: false)
        let universe = Lists.universe([PinnedSource(source: index, versions: pins), index])
        return try wish.choose(from: universe, required: []).resolution.packages.map {
            "\($0.record.name) \($0.record.version) \($0.source)"
        }.joined(separator: ", ")
    }

    @Test(
        arguments: [
            ([:], "app 3.0 stable/main, lib 2.0 stable/main"),
            (["app": "1.0", "lib": "1.0"], "app 1.0 stable/main, lib 1.0 stable/main"),
            (["app": "1.0"], "app 1.0 stable/main, lib 2.0 stable/main"),
            // Gone from the index: the newest.
            (["app": "0.9", "lib": "1.0"], "app 3.0 stable/main, lib 2.0 stable/main"),
            // The new version of one needs another version than the pinned one.
            (["lib": "1.0"], "app 3.0 stable/main, lib 2.0 stable/main"),
        ] as [([String: String], String)])
    func pins(_ pins: [String: String], _ expected: String) throws {
        #expect(try Self.versions(pins) == expected)
    }

    @Test func updateOfOnePackage() {
        let platform = Lock.Platform(
            architecture: "amd64",
            packages: [("app", "1.0"), ("lib", "1.0")].map { name, version in
                Lock.Package(
                    name: name, version: version, architecture: "all", source: name, sourceVersion: version,
                    path: "x.deb", size: ByteCount(1), digest: Digest.of([1]), archive: "stable/main", reason: name)
            }, leftOut: nil)
        let lock = Lock(
            recipe: nil, distribution: "debian:trixie", profile: "minimal", dependencies: "runtime", archives: [],
            platforms: [platform], encoder: "x")
        #expect(LockUpdate.everything.kept(of: lock) == [:])
        #expect(LockUpdate.nothing.kept(of: nil) == [:])
        #expect(LockUpdate.nothing.kept(of: lock) == ["amd64": ["app": "1.0", "lib": "1.0"]])
        #expect(LockUpdate.packages(["app", "other"]).kept(of: lock) == ["amd64": ["lib": "1.0"]])
    }
}
