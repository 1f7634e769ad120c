// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthTestSupport
import SystemPackage
import Testing

@Suite struct Deb822Tests {
    private func fields(_ text: String, comments: Bool = false) throws -> [[String]] {
        try Deb822Paragraph.parse(Array(text.utf8), allowsComments: comments).map { paragraph in
            paragraph.fields.map { "\($0.name)=\($0.value)" }
        }
    }

    @Test(
        arguments: [
            ("", []),
            ("\n\n", []),
            ("A: 1\n", [["A=1"]]),
            ("A: 1", [["A=1"]]),
            ("A:1\nB:  two words \t\n", [["A=1", "B=two words"]]),
            ("A: 1\n\n\nB: 2\n\n", [["A=1"], ["B=2"]]),
            ("A: 1\n more\n .\n\tlast\nB:\n x\n", [["A=1\n more\n .\n\tlast", "B=\n x"]]),
            ("A:\nB: :c:\n", [["A=", "B=:c:"]]),
            ("A : 1\n", [["A=1"]]),
            ("A: 1\n \n next\n", [["A=1\n \n next"]]),
        ] as [(String, [[String]])])
    func paragraphs(text: String, expected: [[String]]) throws {
        #expect(try fields(text) == expected)
    }

    @Test(
        arguments: [
            ("A: 1\nnonsense\n", 2, .missingColon),
            (" A: 1\n", 1, .strayContinuation),
            ("A: 1\n\n\tB\n", 3, .strayContinuation),
            ("A: 1\r\n", 1, .carriageReturn),
            ("A: 1\nB: x\n y\r\n", 3, .carriageReturn),
            ("A: 1\n\r\nB: 2\n", 2, .carriageReturn),
            (": 1\n", 1, .badFieldName),
            ("-A: 1\n", 1, .badFieldName),
            ("A b: 1\n", 1, .badFieldName),
            ("\u{1}A: 1\n", 1, .badFieldName),
            ("A: 1\n#x: y\na: 2\n", 3, .duplicateField("a")),
            ("Package: a\nVersion: 1\npackage: b\n", 3, .duplicateField("package")),
        ] as [(String, Int, Deb822Fault.Reason)])
    func faults(text: String, line: Int, reason: Deb822Fault.Reason) {
        #expect(throws: Deb822Fault(line: line, reason)) { try Deb822Paragraph.parse(Array(text.utf8)) }
    }

    @Test func comments() throws {
        let text = "# head\nA: 1\n# between\n more\n#tail\nB: 2\n\n# alone\n\nC: #3\n"
        #expect(try fields(text, comments: true) == [["A=1\n more", "B=2"], ["C=#3"]])
    }

    @Test func oneParagraph() throws {
        #expect(try Deb822Paragraph.parseOne(Array("\nA: 1\n\n".utf8))["a"] == "1")
        #expect(throws: Deb822Fault(line: 1, .noParagraph)) { try Deb822Paragraph.parseOne([]) }
        #expect(throws: Deb822Fault(line: 1, .severalParagraphs)) {
            try Deb822Paragraph.parseOne(Array("A: 1\n\nB: 2\n".utf8))
        }
    }

    @Test func subscripts() {
        var paragraph = Deb822Paragraph(["Package": "a", "Version": "1"])
        #expect(paragraph["PACKAGE"] == "a")
        paragraph["version"] = "2"
        paragraph["New"] = "x"
        paragraph["Package"] = nil
        paragraph["Absent"] = nil
        #expect(paragraph.description == "Version: 2\nNew: x\n")
    }

    @Test func emptyLinesAreWrittenAsDots() throws {
        let paragraph = Deb822Paragraph(["Description": "short\n long\n\n \nend", "Conffiles": "\n /etc/a 1"])
        let text = "Description: short\n long\n .\n .\n end\nConffiles:\n /etc/a 1\n"
        #expect(paragraph.description == text)
        #expect(try Deb822Paragraph.parse(paragraph.bytes).count == 1)
    }

    /// Damaged bytes give a fault or paragraphs, and paragraphs can be written and read again.
    @Test func mutations() throws {
        let seed = Array(
            "Package: a\nVersion: 1\nDepends: b (>= 1) | c,\n d\nDescription: x\n .\n y\n\nPackage: b\n".utf8)
        var generator = SeededGenerator(seed: 822)
        for _ in 0..<3000 {
            let bytes = mutated(seed, by: &generator)
            guard let paragraphs = try? Deb822Paragraph.parse(bytes) else { continue }
            let again = try Deb822Paragraph.parse(DpkgStatus.file(paragraphs))
            #expect(again.map { $0.fields.map(\.name) } == paragraphs.map { $0.fields.map(\.name) })
        }
    }
}

@Suite struct Deb822FixtureTests {
    /// Databases of other projects' tests, many of them broken on purpose: packages or a problem, never more.
    @Test func databases() throws {
        guard let root = Fixtures.path("debian") else { return }
        let found = try runProgram("find", [root.string, "-name", "status*", "-type", "f"])
        var packages = 0
        for path in found.text.split(separator: "\n").map(String.init) {
            do {
                packages += try InstalledPackage.parse(status: try readFile(FilePath(path)), place: path).count
            } catch {
                let problem = try #require(error as? Problem, "\(path)")
                #expect(problem.code == "dpkg.syntax", "\(path)")
                #expect(path.contains("bogus") || path.contains("field-"), "\(problem)")
            }
        }
        #expect(packages > 100)
    }

    /// The tests of dpkg hold control files of binary packages; all can be read and written.
    @Test func controlFiles() throws {
        guard let root = Fixtures.path("debian/dpkg-tests/tests") else { return }
        let found = try runProgram("find", [root.string, "-path", "*/DEBIAN/control"])
        let paths = found.text.split(separator: "\n").map(String.init)
        #expect(paths.count > 50)
        for path in paths {
            let paragraph = try Deb822Paragraph.parseOne(try readFile(FilePath(path)))
            #expect(paragraph["Package"] != nil, "\(path)")
            let again = try Deb822Paragraph.parseOne(paragraph.bytes)
            #expect(again == paragraph, "\(path)")
        }
    }
}
