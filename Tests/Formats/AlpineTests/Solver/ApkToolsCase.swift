// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthTestSupport

/// One of the solver tests of apk-tools: a command, what there is, and what apk prints.
struct ApkToolsCase {
    var words: [String] = []
    var world: [String] = []
    var expected: [String] = []
    var sources: [ApkSource] = []
    var installed: ApkSource?
    var architecture = "x86_64"
    /// Of the sources, when they were read before.
    var resolver: ApkResolver?

    static let folder = "alpine/apk-tools/test/solver/"

    static var names: [String] {
        Fixtures.names(in: folder).filter { $0.hasSuffix(".test") }.map { String($0.dropLast(5)) }
    }

    init() {}

    init(_ name: String) throws {
        var isExpectation = false
        let text = String(decoding: try Fixtures.bytes(Self.folder + name + ".test") ?? [], as: UTF8.self)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if isExpectation {
                expected.append(line)
            } else if line == "@EXPECT" {
                isExpectation = true
            } else {
                try take(line.split(separator: " ").map(String.init))
            }
        }
        while expected.last == "" { expected.removeLast() }
        let isOffline = words.contains("--no-network")
        for place in sources.indices where isOffline && sources[place].label != "cache" {
            sources[place].isReachable = false
        }
    }

    private mutating func take(_ words: [String]) throws {
        guard let key = words.first else { return }
        let values = Array(words.dropFirst())
        switch key {
        case "@ARGS": self.words += values
        case "@WORLD": world = values
        case "@INSTALLED": installed = ApkSource(text: try Self.text(values[0]), label: "installed")
        case "@CACHE": sources.append(ApkSource(text: try Self.text(values[0]), label: "cache"))
        default:
            let tag = values[0].hasPrefix("@") ? String(values[0].dropFirst()) : nil
            sources.append(ApkSource(text: try Self.text(values[tag == nil ? 0 : 1]), label: values[0], tag: tag))
        }
    }

    private static func text(_ name: String) throws -> [UInt8] { try Fixtures.bytes(folder + name) ?? [] }
}
