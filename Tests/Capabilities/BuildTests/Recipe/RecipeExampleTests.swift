// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// The recipes that the project ships.
struct RecipeExampleTests {
    static let names = ["debian", "java", "nginx", "node", "python", "redis"]

    @Test(arguments: names)
    func `an example is read`(name: String) throws {
        let recipe = try Recipe.parse(try Self.content("\(name).yaml"), name: "\(name).yaml")
        #expect(recipe.distribution == "debian:trixie")
        #expect(recipe.profile == (name == "debian" ? .full : .minimal))
        #expect(recipe.entrypoint.first?.hasPrefix("/") ?? (name == "debian"))
    }

    @Test func `every example is read with what it includes`() throws {
        let folder = Self.root.appending("examples")
        let files = namesInDirectory(folder).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 14)
        for name in files { _ = try RecipeFile(folder.appending(name).string).source() }
        let family = try RecipeFile(folder.appending("family.yaml").string).source()
        #expect(family.variants == ["debug", "full"])
        #expect(try family.variant("debug").contents.packages == ["redis-server", "busybox-static"])
        #expect(try family.variant("full").entrypoint.suffix(2) == ["--bind", "0.0.0.0"])
    }

    @Test func `the words of an example's command`() throws {
        let recipe = try Recipe.parse(try Self.content("nginx.yaml"), name: "nginx.yaml")
        #expect(recipe.entrypoint == ["/usr/sbin/nginx", "-g", "daemon off; error_log /dev/stderr;"])
        #expect(recipe.contents.packages == ["nginx"])
    }

    /// The checkout: five folders above this file.
    static let root = (0..<5).reduce(FilePath(#filePath)) { path, _ in path.removingLastComponent() }

    static func content(_ name: String) throws -> [UInt8] {
        try FileSource(root.appending("examples").appending(name)).readAll(limit: 1 << 20)
    }
}
