// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Our side of `Tests/Interop/apk-resolve.py`: answers the requests that lie in the directory `PLINTH_APK_JUDGE`.
///
/// There are `indexes`, a line for each repository: `PATH` or `@TAG PATH` of its text; `requests`, a line of words for
/// each; `architecture`; perhaps `installed` and `world`. `answers` is written: a line for each request, `ok` and `name=version` in
/// order, or `no` and why.
@Suite(.enabled(if: getenv("PLINTH_APK_JUDGE") != nil))
struct ApkJudgeTests {
    @Test func answers() throws {
        let place = FilePath(getenv("PLINTH_APK_JUDGE").map { String(cString: $0) } ?? "")
        func lines(_ name: String) throws -> [[String]] {
            String(decoding: (try? readFile(place.appending(name))) ?? [], as: UTF8.self)
                .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        }
        let sources = try lines("indexes").map { words in
            let tag = words.count > 1 ? String(words[0].dropFirst()) : nil
            return ApkSource(text: try readFile(FilePath(words[words.count - 1])), label: words[0], tag: tag)
        }
        let installed = try? ApkSource(text: readFile(place.appending("installed")), label: "installed")
        let machine = try lines("architecture").first?.first ?? "x86_64"
        let resolver = try ApkResolver(architecture: machine, sources: sources, installed: installed)
        let world = try lines("world").flatMap { $0 }.map { try ApkDependency(parsing: $0) }
        let answers = try lines("requests").map { try Self.answer($0, world, resolver) }
        try writeFile(place.appending("answers"), answers.joined(separator: "\n") + "\n")
    }

    private static func answer(_ words: [String], _ world: [ApkDependency], _ resolver: ApkResolver) throws -> String {
        let asked = try words.map { try ApkDependency(parsing: $0) }
        let kept = world.filter { old in !asked.contains { $0.name == old.name } }
        let request = ApkRequest(world: kept + asked, marks: asked.map { .init($0.name, []) })
        do {
            let changes = try resolver.resolve(request).changes.filter { $0.kind != .keep }
            return "ok " + changes.map { "\($0.name)=\($0.new ?? "-")" }.joined(separator: " ")
        } catch {
            return "no " + (error.why ?? "")
        }
    }
}
