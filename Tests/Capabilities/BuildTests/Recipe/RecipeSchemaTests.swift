// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct RecipeSchemaTests {
    private static let file = RecipeExampleTests.root.appending("docs/recipe.schema.json")

    /// With `PLINTH_RECORD=1` the file is written anew, and the test fails.
    @Test func `the schema that the project ships is the one the tables give`() throws {
        let schema = try RecipeSchema.json()
        let shipped = try? FileSource(Self.file).readAll(limit: 1 << 20)
        if shipped != schema, isRecording { try writeFile(Self.file, schema) }
        let isSame = shipped == schema
        #expect(isSame, "PLINTH_RECORD=1 writes docs/recipe.schema.json anew")
    }

    @Test(.enabled(if: hasValidator))
    func `another program accepts the examples`() throws {
        let recipes = try RecipeExampleTests.names.map { try RecipeExampleTests.content("\($0).yaml") }
        #expect(try verdicts(on: recipes) == recipes.map { _ in "accepted" })
    }

    @Test(.enabled(if: hasValidator && !ApkoRecipeTests.files.isEmpty))
    func `another program accepts apko's files`() throws {
        let recipes = try ApkoRecipeTests.files.compactMap { try Fixtures.bytes("alpine/apko/\($0)") }
        #expect(try verdicts(on: recipes) == recipes.map { _ in "accepted" })
    }

    private static let cases = [
        ("profile: slim", true), ("packges: [a]", false), ("contents: {packges: [a]}", false),
        ("variants: {a: {profile: slim}, b: }", true), ("variants: {a: {profil: slim}}", false),
        ("vars: {a: b}\ncmd: '${{vars.a}}'", true), ("archs: all", true),
        ("layering: {strategy: origin, budget: 3}", true), ("layering: {budget: 0}", false),
        ("profile: scratch", true), ("profile: closure", false),
        ("contents: {packages: a}", false),
        ("accounts: {users: [{username: a}]}", false), ("accounts: {users: [{username: a, uid: 4294967295}]}", false),
        ("accounts: {run-as: 65532, users: [{username: a, uid: 1}]}", true), ("entrypoint: /bin/a b", true),
        ("entrypoint: {command: [a, b]}", true), ("entrypoint: {type: bundle}", false),
        ("environment: {A: 1, B: x, C: true}", true), ("environment: {A: [b]}", false),
        ("ports: [80, 53/udp]", true), ("ports: [80/icmp]", false),
        ("paths: [{path: /a, type: directory, permissions: 0o755}, {path: b, type: symlink, source: c}]", true),
        ("paths: [{path: /a, type: file}]", false), ("files: [{source: a, path: b, permissions: '0644'}]", true),
        ("files: [{source: a, path: b, type: tar, keep-owners: true}, {from: c, source: /a, path: b}]", true),
        ("files: [{source: a, path: b, digest: x}]", false), ("files: [{source: a, path: b, type: zip}]", false),
        ("contents: {repositories: ['deb /srv a b', {url: /srv, suites: [a]}]}", true),
        ("snapshot: '2026-11-01'", true),
    ]

    @Test(.enabled(if: hasValidator))
    func `another program and the decoder agree`() throws {
        let recipes = Self.cases.map { Array("distribution: debian:trixie\n\($0.0)\n".utf8) }
        for (index, verdict) in try verdicts(on: recipes).enumerated() {
            let (text, isGood) = Self.cases[index]
            let isRead = (try? Recipe.parse(recipes[index], name: "r.yaml")) != nil
            #expect(isRead == isGood, "\(text)")
            #expect((verdict == "accepted") == isGood, "\(text): \(verdict)")
        }
    }

    /// What Python's jsonschema says of each.
    private func verdicts(on recipes: [[UInt8]]) throws -> [String] {
        let script = """
            import json, sys, yaml, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            for recipe in sys.stdin.read().split("\\0"):
                errors = list(jsonschema.Draft202012Validator(schema).iter_errors(yaml.safe_load(recipe)))
                print(errors[0].message.replace("\\n", " ") if errors else "accepted")
            """
        let result = try withScratchDirectory { scratch in
            try writeFile(scratch.appending("schema.json"), try RecipeSchema.json())
            let input = Array(recipes.joined(separator: [0]))
            return try runProgram("python3", ["-c", script, scratch.appending("schema.json").string], input: input)
        }
        #expect(result.status == 0, "\(result.errorText)")
        return result.text.split(separator: "\n").map(String.init)
    }
}

private let isRecording = getenv("PLINTH_RECORD").map { String(cString: $0) } == "1"

private let hasValidator =
    (try? runProgram("python3", ["-c", "import yaml, jsonschema; jsonschema.Draft202012Validator"]))?.status == 0
