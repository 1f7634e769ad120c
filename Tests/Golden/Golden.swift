// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Compares what the program printed with a file under `Expected`: command, exit code, stdout and stderr in one.
///
/// `PLINTH_RECORD=1` writes the file anew, and the test fails all the same: look at what changed, then run again.
func expectGolden(
    _ name: String, _ command: String, _ result: ProgramResult, hiding paths: [(String, String)] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var text = "$ plinth \(command)\nexit \(result.status)\n--- stdout\n\(result.text)--- stderr\n\(result.errorText)"
    for (path, word) in paths { text = replacing(path, in: text, with: word) }
    // What moved how fast is another every time.
    text = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix("fetched ") && !$0.hasPrefix("sent ") }.joined(separator: "\n")
    let file = expectedDirectory.appending(name + ".txt")
    let expected = (try? readFile(file)).map { String(decoding: $0, as: UTF8.self) }
    if getenv("PLINTH_RECORD") != nil {
        try writeFile(file, text)
        Issue.record("recorded \(name); run again without PLINTH_RECORD", sourceLocation: sourceLocation)
        return
    }
    #expect(text == expected, "see Tests/Golden/Expected/\(name).txt", sourceLocation: sourceLocation)
}

private let expectedDirectory = FilePath(#filePath).removingLastComponent().appending("Expected")

/// Paths and other things that differ from run to run.
private func replacing(_ part: String, in text: String, with word: String) -> String {
    guard !part.isEmpty else { return text }
    var result = ""
    var rest = text[...]
    while let range = rest.firstRange(of: part) {
        result += rest[..<range.lowerBound] + word
        rest = rest[range.upperBound...]
    }
    return result + rest
}
