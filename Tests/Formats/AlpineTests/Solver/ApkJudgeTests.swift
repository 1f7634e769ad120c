// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
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
/// There are `architecture`; `indexes`, a line for each repository: `PATH` or `@TAG PATH` of its text; `requests`, a
/// line for each: a command of apk and its words; and for the request N perhaps `installed-N` and `world-N`. `answers`
/// is written: a line for each request, `ok` and the steps, or `no` and why.
@Suite(.enabled(if: getenv("PLINTH_APK_JUDGE") != nil))
struct ApkJudgeTests {
    private let place = FilePath(getenv("PLINTH_APK_JUDGE").map { String(cString: $0) } ?? "")

    @Test func answers() throws {
        var plain = ApkToolsCase()
        plain.architecture = try lines("architecture").first?.first ?? "x86_64"
        plain.sources = try lines("indexes").map { words in
            let tag = words.count > 1 ? String(words[0].dropFirst()) : nil
            return ApkSource(text: try readFile(FilePath(words[words.count - 1])), label: words[0], tag: tag)
        }
        // Reading the indexes is most of the work, and the same for all that start from nothing.
        plain.resolver = try ApkResolver(architecture: plain.architecture, sources: plain.sources)
        var answers: [String] = []
        for (number, words) in try lines("requests").enumerated() {
            var request = plain
            request.words = words
            if let installed = try? readFile(place.appending("installed-\(number)")) {
                request.installed = ApkSource(text: installed, label: "installed")
                request.world = try lines("world-\(number)").flatMap { $0 }
                request.resolver = nil
            }
            answers.append(try answer(request))
        }
        try writeFile(place.appending("answers"), answers.joined(separator: "\n") + "\n")
    }

    private func lines(_ name: String) throws -> [[String]] {
        String(decoding: try readFile(place.appending(name)), as: UTF8.self)
            .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    private func answer(_ request: ApkToolsCase) throws -> String {
        let lines = try ApkToolsRun.output(of: request)
        if lines.contains(where: { $0.hasPrefix("ERROR") }) { return "no " + lines.joined(separator: " ") }
        let steps = lines.filter { $0.hasPrefix("(") }.map { $0.drop { $0 != " " }.dropFirst() }
        return "ok " + steps.joined(separator: "; ")
    }
}
