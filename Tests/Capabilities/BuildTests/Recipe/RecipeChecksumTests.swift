// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthBuild

struct RecipeChecksumTests {
    private static let text = """
        contents: {packages: [nginx], recommends: false}
        environment: {A: 1, B: 2}
        paths: [{path: /a, type: directory, permissions: 0o755}]

        """

    @Test func `comments, order, layout and spelling do not matter`() throws {
        let other = """
            # why not
            paths:
              - permissions: 755
                type: directory   # a directory
                path: a

            environment:
              "B": '2'
              A: 1
            contents:
              packages:
                - "nginx"
            """
        #expect(try Recipe.reading(Self.text).checksum == Recipe.reading(other).checksum)
    }

    @Test(
        arguments: [
            ("nginx", "redis"), ("false", "true"), ("A: 1", "A: 01"), ("0o755", "0o750"), ("/a", "/b"),
            ("B: 2", "C: 2"),
            ("directory", "empty-file"), ("environment", "labels"), ("[nginx]", "[nginx, a]"),
        ])
    func `everything else does`(old: String, new: String) throws {
        let changed = Self.text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
        #expect(try Recipe.reading(Self.text).checksum != Recipe.reading(changed).checksum)
    }

    @Test func `a recipe made in code has the checksum of the written one`() throws {
        var made = Recipe(distribution: "debian:trixie")
        made.contents.packages = ["nginx"]
        #expect(try made.checksum == Recipe.reading("contents: {packages: [nginx]}").checksum)
    }

    /// When this changes, every lock there is counts as stale: say so in the changelog.
    @Test func `the checksum stays`() throws {
        let checksum = try Recipe.reading(Self.text).checksum
        #expect("\(checksum)" == "sha256:796ba1dbd11a73389b3cea55b77e5aa9ea3f41e1c49017dabc18f9ee0d469757")
    }
}
