// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import Testing

struct ApkDependencyTests {
    @Test(
        arguments: [
            ("musl", ApkDependency("musl")),
            ("!busybox", ApkDependency("busybox", isConflict: true)),
            ("a=1.2-r0", ApkDependency("a", comparison: .equal, version: "1.2-r0")),
            ("a<1", ApkDependency("a", comparison: .less, version: "1")),
            ("a<=1", ApkDependency("a", comparison: [.less, .equal], version: "1")),
            ("a>1", ApkDependency("a", comparison: .greater, version: "1")),
            ("a>=1", ApkDependency("a", comparison: [.greater, .equal], version: "1")),
            ("a~1", ApkDependency("a", comparison: [.equal, .prefix], version: "1")),
            ("a>~1", ApkDependency("a", comparison: [.greater, .equal, .prefix], version: "1")),
            ("a<~1", ApkDependency("a", comparison: [.less, .equal, .prefix], version: "1")),
            (
                "a><Q1EyN5AdpAOBJWKMR89pp/C66o+OE=",
                .init("a", comparison: .identity, version: "Q1EyN5AdpAOBJWKMR89pp/C66o+OE=")
            ),
            ("a@edge", ApkDependency("a", tag: "edge")),
            ("a@edge>1", ApkDependency("a", tag: "edge", comparison: .greater, version: "1")),
            ("!so:libz.so.1=1.3", .init("so:libz.so.1", isConflict: true, comparison: .equal, version: "1.3")),
            ("/bin/sh", ApkDependency("/bin/sh")), ("py3.12:a[b,c]", ApkDependency("py3.12:a[b,c]")),
        ] as [(String, ApkDependency)])
    func parse(text: String, expected: ApkDependency) throws {
        let found = try ApkDependency(parsing: text)
        #expect(found == expected)
        #expect(found.description == text)
    }

    @Test(arguments: [
        "", "!", "@a", "a@", "=1", "!=1", "a=", "a==", "a>x", "a=1 ", " a", "a b", "a\n", "a\0", "a>-1", "a@x=", "a<>",
    ])
    func refuse(text: String) {
        let problem = #expect(throws: Problem.self) { try ApkDependency(parsing: text) }
        #expect(problem?.code == "resolve.badRequest")
        #expect(problem?.kind == .usage)
    }

    @Test func list() throws {
        let found = try ApkDependency.list("so:libc.musl-x86_64.so.1  !b\nc>2 ")
        #expect(found.map(\.description) == ["so:libc.musl-x86_64.so.1", "!b", "c>2"])
        #expect(try ApkDependency.list("").isEmpty)
        #expect(throws: Problem.self) { try ApkDependency.list("a b= c") }
    }

    @Test(arguments: [
        ("a", "1", true), ("a=1", "1", true), ("a=1", "1-r0", false), ("a>1", "1-r0", true), ("a<1", "1_rc1", true),
        ("a~1.2", "1.2.3-r4", true), ("a~1.2", "1.20", false), ("a>~1.2", "1.3", true), ("a>=2", "2", true),
        ("b", "1", false), ("!a", "1", true),
    ])
    func matches(text: String, version: String, expected: Bool) throws {
        #expect(try ApkDependency(parsing: text).matches(name: "a", version: version) == expected)
    }

    @Test func records() throws {
        let text = """
            C:Q1abc=
            P:a
            V:1.2-r0
            A:x86_64
            S:10
            I:20
            T:what: it is
            o:origin
            k:7
            D:b !c
            D:d>1
            p:so:a=1 e
            i:f g=1
            r:old
            q:3
            s:edge
            F:etc
            R:x

            P:b
            V:2
            X:?


            """
        let found = try ApkCandidate.parse(Array(text.utf8), place: "index")
        let first = ApkCandidate(
            name: "a", version: "1.2-r0", architecture: "x86_64", identity: "Q1abc=", origin: "origin",
            depends: "b !c d>1", provides: "so:a=1 e", installIf: "f g=1", replaces: "old", providerPriority: 7,
            replacesPriority: 3, size: 10, installedSize: 20, tag: "edge")
        #expect(found == [first, ApkCandidate(name: "b", version: "2", isUnderstood: false)])
        #expect(try ApkCandidate.parse(found.flatMap { Array($0.stanza.utf8) }, place: "again") == found)
    }

    @Test(arguments: ["x", "P:a\n\n", "V:1\n", "P:a\nV:1\nnonsense\n", "P:\nV:1\n"])
    func brokenRecords(text: String) {
        let problem = #expect(throws: Problem.self) { try ApkCandidate.parse(Array(text.utf8), place: "index") }
        #expect(problem?.code == "apk.syntax")
        #expect(problem?.place == "index")
    }
}
