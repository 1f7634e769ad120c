// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import SystemPackage
import Testing

@testable import PlinthBuild

/// Includes, variables and variants: several files, one recipe.
struct RecipeLanguageTests {
    /// Reads the first of the files; the others are there to be included.
    static func source(_ files: KeyValuePairs<String, String>, working: FilePath = "") throws -> RecipeSource {
        let contents = Dictionary(files.map { ($0.key, Array($0.value.utf8)) }) { first, _ in first }
        var loader = RecipeLoader { contents[$0.lexicallyNormalized().string] }
        loader.working = working
        let first = files[0].key
        return try loader.source(contents[first] ?? [], at: FilePath(first))
    }

    static func told(_ files: KeyValuePairs<String, String>) -> String {
        do {
            _ = try source(files)
            return "read"
        } catch let problem as Problem {
            return
                ([problem.code + ": " + problem.what, problem.place ?? "", problem.why ?? ""]
                + problem.hints.map { "hint: " + $0 }).joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }

    @Test func `mappings are merged, lists appended to, all else replaced`() throws {
        let recipe = try Self.source([
            "app.yaml": """
            include: base.yaml
            profile: slim
            contents: {packages: [nano, curl], recommends: }
            environment: {A: own, C: c}
            cmd: own
            entrypoint: {command: /own}
            accounts: {users: [{username: own, uid: 2}]}
            archs: [arm64]
            """,
            "base.yaml": """
            distribution: debian:trixie
            profile: minimal
            contents: {packages: [curl, git], recommends: true}
            environment: {A: base, B: b}
            cmd: [base, words]
            entrypoint: {shell-fragment: base}
            accounts: {run-as: base, users: [{username: base, uid: 1}]}
            archs: [amd64]
            """,
        ]).recipe
        #expect(recipe.distribution == "debian:trixie" && recipe.profile == .slim)
        #expect(recipe.contents.packages == ["curl", "git", "nano"] && recipe.contents.recommends)
        #expect(recipe.environment == ["A": "own", "B": "b", "C": "c"])
        #expect(recipe.command == ["own"] && recipe.entrypoint == ["/own"])
        #expect(recipe.accounts.runAs == "base" && recipe.accounts.users.map(\.name) == ["base", "own"])
        #expect(recipe.architectures == ["arm64"])
    }

    @Test func `a merged recipe is the one that is written in one file`() throws {
        let several = try Self.source([
            "app.yaml": "include: [a.yaml, b.yaml]\ncontents: {packages: [c]}\n",
            "a.yaml": "distribution: debian:trixie\ncontents: {packages: [a]}\nprofile: full\n",
            "b.yaml": "contents: {packages: [b]}\nprofile: slim\n",
        ]).recipe
        let one = try Self.source([
            "one.yaml": "distribution: debian:trixie\nprofile: slim\ncontents: {packages: [a, b, c]}\n"
        ]).recipe
        #expect(several == one)
        #expect(try several.checksum == one.checksum)
    }

    @Test(arguments: [
        ("r/app.yaml", "base.yaml", "r/base.yaml", "x"), ("r/app.yaml", "sub/base.yaml", "r/sub/base.yaml", "sub/x"),
        ("r/app.yaml", "../common/base.yaml", "common/base.yaml", "../common/x"),
        ("app.yaml", "sub/base.yaml", "sub/base.yaml", "sub/x"),
        ("/r/app.yaml", "sub/base.yaml", "/r/sub/base.yaml", "/r/sub/x"),
        ("../r/app.yaml", "../s/base.yaml", "../s/base.yaml", "../s/x"),
        ("r/app.yaml", "/s/base.yaml", "/s/base.yaml", "/s/x"),
    ])
    func `paths of an included file are relative to it`(
        recipe: String, include: String, file: String, expected: String
    ) throws {
        let base = """
            profile: scratch
            files: [{source: x, path: a}, {source: /abs, path: b}, {from: 'oci:x:1', source: /y, path: c}]
            """
        let files = try Self.source([recipe: "include: \(include)\n", file: base]).recipe.files
        #expect(files.map(\.source) == [expected, "/abs", "/y"])
        #expect(files[2].image == "oci:\(expected):1")
    }

    @Test func `includes are looked for where the program runs too`() throws {
        let files: KeyValuePairs = [
            "/apko/examples/overlay.yaml": "include: examples/base.yaml\n",
            "/apko/examples/base.yaml": "distribution: debian:trixie\nfiles: [{source: x, path: a}]\n",
        ]
        #expect(try Self.source(files, working: "/apko").recipe.files[0].source == "x")
    }

    @Test func `an include that cannot be`() {
        #expect(
            Self.told(["r/a.yaml": "distribution: d\ninclude: b.yaml\n"]) == """
                recipe.include: There is no such file to include
                r/a.yaml:2:10
                2 | include: b.yaml
                  |          ^
                hint: it was looked for at r/b.yaml and b.yaml
                """)
        #expect(
            Self.told(["a.yaml": "include: b.yaml", "b.yaml": "include: [c.yaml]", "c.yaml": "include: ./a.yaml"])
                .hasPrefix("recipe.include: A recipe includes itself\nc.yaml:1:10"))
        #expect(Self.told(["a.yaml": "include: {b: c}"]).hasPrefix("recipe.value: “include” takes a file"))
        #expect(
            Self.told(["a.yaml": "include: b.yaml", "b.yaml": "distribution: debian:trixie\nprofil: slim"])
                .hasPrefix("recipe.unknownKey: The recipe has no key “profil”\nb.yaml:2:1"))
        let many = (0..<70).map { "b\($0).yaml" }
        #expect(
            Self.told(["a.yaml": "include: [\(many.map { _ in "b.yaml" }.joined(separator: ","))]", "b.yaml": ""])
                .hasPrefix("recipe.include: Too many files are included"))
    }

    @Test func `variables`() throws {
        let recipe = try Self.source([
            "a.yaml": """
            distribution: debian:trixie
            vars: {name: web, home: "/srv/${{vars.name}}", id: 1000, none: ''}
            environment: {HOME: "${{ vars.home }}", X: "a${{vars.none}}b${{vars.name}}-${{vars.name}}", Y: "${x} $ {{ }}"}
            accounts: {users: [{username: '${{vars.name}}', uid: "${{vars.id}}"}]}
            files: [{source: "bin/${{arch}}/${{vars.name}}", path: "/usr/bin/", from: "oci:tools-${{arch}}"}]
            """
        ]).recipe
        #expect(recipe.environment == ["HOME": "/srv/web", "X": "abweb-web", "Y": "${x} $ {{ }}"])
        #expect(recipe.accounts.users == [.init(name: "web", user: 1000, group: 1000, home: "/home/web")])
        #expect(recipe.files[0].source == "bin/${{arch}}/web" && recipe.files[0].image == "oci:tools-${{arch}}")
    }

    @Test(arguments: [
        ("vars: {name: x}\ncmd: ${{vars.nam}}", "There is no variable “nam”", "did you mean name?"),
        ("cmd: ${{vars.x}}", "There is no variable “x”", "declare it under vars:"),
        ("cmd: ${{env.X}}", "Nothing is known as “env.X”", "write ${{vars.NAME}} or ${{arch}}"),
        ("cmd: ${{vars.x", "A variable is not closed with }}", ""),
        ("vars: {a: '${{vars.b}}', b: '${{vars.a}}'}\ncmd: ${{vars.a}}", "The variable “a” is made of itself", ""),
    ])
    func `variables that cannot be`(text: String, what: String, hint: String) {
        let answer = Self.told(["a.yaml": "distribution: debian:trixie\n\(text)\n"])
        #expect(answer.hasPrefix("recipe.variable: \(what)\na.yaml:"), "\(answer)")
        #expect(answer.contains("^") && answer.hasSuffix(hint))
    }

    @Test func `a value does not grow without end`() {
        let doubling = (1...40).map { "v\($0): '${{vars.v\($0 - 1)}}${{vars.v\($0 - 1)}}'" }.joined(separator: ", ")
        let answer = Self.told([
            "a.yaml": "distribution: debian:trixie\nvars: {v0: xxxx, \(doubling)}\ncmd: ${{vars.v40}}\n"
        ])
        #expect(answer.hasPrefix("recipe.variable: A value grows too long"))
    }

    @Test func `variants`() throws {
        let source = try Self.source([
            "a.yaml": """
            distribution: debian:trixie
            vars: {greeting: hello}
            contents: {packages: [redis-server]}
            cmd: ${{vars.greeting}}
            variants:
              big: {profile: full, contents: {packages: [vim]}, vars: {greeting: hi}}
              plain:
            """
        ])
        #expect(source.variants == ["big", "plain"])
        let big = try source.variant("big")
        #expect(big.profile == .full && big.contents.packages == ["redis-server", "vim"] && big.command == ["hi"])
        #expect(try source.variant("plain") == source.recipe)
        #expect(source.recipe.command == ["hello"] && source.recipe.profile == .minimal)
        #expect(try source.variant("debug").contents.packages == ["redis-server", "busybox-static"])
        #expect(try source.recipe.checksum != big.checksum)
    }

    @Test func `a variant called debug is the recipe's own`() throws {
        let source = try Self.source([
            "a.yaml": "distribution: debian:trixie\nvariants: {debug: {contents: {packages: [gdb]}}}\n"
        ])
        #expect(try source.variant("debug").contents.packages == ["gdb"])
    }

    @Test(arguments: [
        ("variants: [a]", "recipe.value: “variants” takes names with what they change"),
        ("variants: {Big: {}}", "recipe.value: A variant's name is made of"),
        ("variants: {big: {profil: full}}", "recipe.unknownKey: A variant has no key “profil”"),
        ("variants: {big: {variants: {}}}", "recipe.unknownKey: A variant has no key “variants”"),
        ("variants: {big: {include: x}}", "recipe.unknownKey: A variant has no key “include”"),
        ("variants: {big: {profile: fool}}", "recipe.value: “profile” takes"),
        ("variants: {big: [a]}", "recipe.value: A variant is a mapping"),
        ("variants: {big: {cmd: '${{vars.x}}'}}", "recipe.variable: There is no variable “x”"),
    ])
    func `variants that cannot be`(text: String, expected: String) {
        let answer = Self.told(["a.yaml": "distribution: debian:trixie\n\(text)\n"])
        #expect(answer.hasPrefix(expected), "\(answer)")
        #expect(answer.contains("\na.yaml:2:"))
    }

    @Test func `a variant that is not there`() throws {
        let source = try Self.source(["a.yaml": "profile: scratch\nvariants: {big: {}}\n"])
        #expect(code { try source.variant("bg") } == "recipe.variant")
        // Nothing to take a shell from.
        #expect(code { try source.variant("debug") } == "recipe.variant")
    }

    @Test func `all architectures`() throws {
        for text in ["archs: all", "archs: [all]"] {
            #expect(try Recipe.reading(text).architectures == ["all"])
        }
        #expect(try Recipe.reading("archs: arm64").architectures == ["arm64"])
        #expect(code { try Recipe.reading("archs: [all, arm64]") } == "recipe.value")
    }
}
