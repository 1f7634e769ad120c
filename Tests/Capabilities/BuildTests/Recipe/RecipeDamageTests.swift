// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import Testing

@testable import PlinthBuild

/// Recipes and locks with lines exchanged and characters changed: read or refused, never anything else.
struct RecipeDamageTests {
    private static let recipe = """
        distribution: debian:trixie
        snapshot: 2026-11-01
        profile: minimal
        contents:
          packages: [nginx, nginx=1.22*, '!perl']
          repositories: [{url: /srv, suites: [a], components: [b]}, deb [signed-by=/k] /srv a b]
        accounts:
          run-as: app
          users: [{username: app, uid: 1000, gid: 1000, shell: /bin/sh}]
        entrypoint:
          command: /bin/a 'b c' "d\\"e"
        environment: {A: 1}
        archs: [amd64, arm64]
        ports: [80, 53/udp]
        effects: [sysusers, glib-schemas]
        paths:
          - {path: /a, type: directory, permissions: 0o755, recursive: true}
          - {path: /b, type: symlink, source: a}
        files:
          - {source: a, path: b, uid: 1, permissions: 644}
          - {from: "oci:${{vars.name}}:1", source: /a, path: b/, archs: [all]}
        vars: {name: x, other: "${{vars.name}}y"}
        layering: {strategy: origin, budget: 4}
        variants:
          big: {profile: full, cmd: "a ${{vars.other}}"}

        """

    @Test func `a damaged recipe is read or refused`() throws {
        let marks = Array("[]{}:,-'\"\\/.0189ax!= \n".utf8)
        var random = SeededGenerator(state: 7)
        for _ in 0..<1000 {
            let bytes = Self.damaged(Array(Self.recipe.utf8), marks, &random)
            do {
                let recipe = try Recipe.parse(bytes, name: "r.yaml")
                #expect(try Recipe.parse(bytes, name: "r.yaml") == recipe)
                _ = try recipe.checksum
            } catch let problem as Problem {
                #expect(problem.kind == .usage)
                #expect(problem.code.hasPrefix("recipe.") || problem.code.hasPrefix("yaml."))
                #expect(problem.place?.hasPrefix("r.yaml:") == true)
            }
        }
    }

    @Test func `a damaged lock is read or refused`() throws {
        let whole = try Lock.example([.example("libc6", "2.36-9"), .example("a", "1")]).encoded()
        let marks = Array("[]{}:,-\"\\/.09ax\n".utf8) + [0, 0xff]
        var random = SeededGenerator(state: 8)
        for _ in 0..<500 {
            do {
                _ = try Lock.parse(Self.damaged(whole, marks, &random), name: "r.lock.json")
            } catch let problem as Problem {
                #expect(problem.code.hasPrefix("lock."))
            }
        }
    }

    private static func damaged(_ whole: [UInt8], _ marks: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = marks.randomElement(using: &random) ?? 0
            case 1: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
            case 2: bytes.remove(at: place)
            default:
                let other = Int.random(in: 0..<bytes.count, using: &random)
                bytes.swapAt(place, other)
            }
        }
        return bytes
    }
}
