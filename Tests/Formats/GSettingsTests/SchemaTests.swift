// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthGSettings
import PlinthTestSupport
import SystemPackage
import Testing

struct SchemaTests {
    /// The bytes that glib-compile-schemas 2.74 makes of the same files.
    @Test func `everything that files of schemas can have`() {
        let (database, faults) = SchemaCompiler.compile(SchemaSamples.all)
        #expect(
            database.map { Digest.of($0).hex } == "770e8a6a9dd96a1301c7f46e6c8548e8b5f2bba57c227c782da96f4bc39e7a04")
        #expect(
            faults == [
                "d.gschema.override: org.example.base size: a value that the key may not have",
                "d.gschema.override: org.example.base missing: there is no such key",
            ])
    }

    @Test func `a small file, byte by byte`() {
        let (database, faults) = SchemaCompiler.compile([
            SchemaSamples.source(
                "a.gschema.xml",
                "<schemalist><schema id='a'><key name='k' type='s'><default>'x'</default></key></schema></schemalist>")
        ])
        #expect(faults == [])
        let text = database.map { $0.map { $0 > 0x20 && $0 < 0x7f ? String(UnicodeScalar($0)) : "\($0) " }.joined() }
        #expect(
            text == """
                GVariant0 0 0 0 0 0 0 0 24 0 0 0 X0 0 0 \
                0 0 0 (2 0 0 0 0 0 0 0 1 0 0 0 \
                6 182 2 0 1 0 0 0 X0 0 0 1 0 H0 \\0 0 0 156 0 0 0 \
                5 21 0 0 255 255 255 255 172 0 0 0 0 0 L0 172 0 0 0 176 0 0 0 a0 0 0 \
                0 0 0 (2 0 0 0 0 0 0 0 1 0 0 0 \
                16 182 2 0 1 0 0 0 156 0 0 0 1 0 v0 160 0 0 0 166 0 0 0 \
                5 21 0 0 255 255 255 255 166 0 0 0 0 0 L0 168 0 0 0 172 0 0 0 k0 0 0 x0 0 (s)0 0 0 0 0 0 0 0 0 0\u{20}
                """)
    }

    @Test func `nothing without schemas`() {
        let (database, faults) = SchemaCompiler.compile([SchemaSamples.source("a.gschema.override", "[a]\nb=1\n")])
        #expect(database == nil && faults == [])
    }

    /// A file with a fault is left out, and the others stay.
    @Test(arguments: SchemaFaults.files) func `files that are left out`(_ text: String, _ fault: String) {
        let good = SchemaSamples.source("a.gschema.xml", SchemaSamples.family)
        let (database, faults) = SchemaCompiler.compile([good, SchemaSamples.source("b.gschema.xml", text)])
        #expect(faults == ["b.gschema.xml was left out: \(fault)"])
        #expect(database == SchemaCompiler.compile([good]).database)
    }

    @Test(arguments: SchemaFaults.overrides) func `overrides that cannot be used`(_ text: String, _ faults: [String]) {
        let good = SchemaSamples.source("a.gschema.xml", SchemaSamples.family)
        let found = SchemaCompiler.compile([good, SchemaSamples.source("o.gschema.override", text)])
        #expect(found.faults == faults)
        #expect(found.database == SchemaCompiler.compile([good]).database)
    }
}

/// Compared with the real program.
@Suite(.enabled(if: hasProgram("glib-compile-schemas"))) struct SchemaComparisonTests {
    /// What the program makes; nil when it refuses a file.
    private static func real(_ sources: [SchemaCompiler.Source], isStrict: Bool = false) throws -> [UInt8]? {
        try withScratchDirectory { directory in
            for source in sources { try writeFile(directory.appending(source.name), source.content) }
            let flags = isStrict ? ["--strict"] : []
            let result = try runProgram("glib-compile-schemas", flags + [directory.string])
            guard result.status == 0 else { return nil }
            return try FileSource(directory.appending("gschemas.compiled")).readAll(limit: 64 << 20)
        }
    }

    @Test func `the same bytes for the samples`() throws {
        let same = try SchemaCompiler.compile(SchemaSamples.all).database == Self.real(SchemaSamples.all)
        #expect(same)
    }

    @Test(arguments: [0, 1, 5, 6, 7, 8, 9, 14, 15, 16, 30, 31, 60, 100, 250, 500, 1000])
    func `the same bytes whatever the number`(count: Int) throws {
        let sources = [SchemaSamples.many(count)]
        let same = try SchemaCompiler.compile(sources).database == Self.real(sources)
        #expect(same)
    }

    @Test func `the same bytes for what this machine has`() throws {
        let folder = FilePath("/usr/share/glib-2.0/schemas")
        guard let names = try? outputOf("ls", [folder.string]) else { return }
        let sources = try String(decoding: names, as: UTF8.self).split(separator: "\n").map(String.init).filter {
            $0.hasSuffix(".xml") || $0.hasSuffix(".override")
        }.map { SchemaCompiler.Source(name: $0, content: try FileSource(folder.appending($0)).readAll(limit: 4 << 20)) }
        guard !sources.isEmpty else { return }
        let ours = SchemaCompiler.compile(sources)
        #expect(ours.faults == [])
        let same = try ours.database == Self.real(sources)
        #expect(same)
    }

    @Test(arguments: SchemaFaults.files) func `the real program leaves them out too`(_ text: String, _ fault: String)
        throws
    {
        let source = SchemaSamples.source("b.gschema.xml", text)
        let sources = [SchemaSamples.source("a.gschema.xml", SchemaSamples.family), source]
        let real = try Self.real(sources, isStrict: true)
        #expect(real == nil, "\(fault)")
    }
}

/// Files are input: what would take too much time or memory is refused.
struct SchemaBoundsTests {
    private static func key(_ number: Int, _ text: String) -> String {
        "<key name='k\(number)' \(text)</key>"
    }

    private static func faults(_ text: String) -> [String] {
        SchemaCompiler.compile([SchemaSamples.source("a.gschema.xml", "<schemalist>\(text)</schemalist>")]).faults
    }

    @Test func `more of everything than anybody has`() {
        let choices = (0..<4097).map { "<value nick='n\($0)' value='\($0)'/>" }.joined()
        #expect(
            Self.faults("<enum id='e'>\(choices)</enum>") == [
                "a.gschema.xml was left out: line 1: more than 4096 choices"
            ])
        let keys = (0..<4097).map { Self.key($0, "type='b'><default>true</default>") }.joined()
        #expect(
            Self.faults("<schema id='s'>\(keys)</schema>") == [
                "a.gschema.xml was left out: line 1: more than 4096 keys in a schema"
            ])
        let schemas = (0..<16_385).map { "<schema id='s\($0)'/>" }.joined()
        #expect(Self.faults(schemas) == ["a.gschema.xml was left out: line 1: more than 16384 schemas"])
    }

    @Test func `many keys with one great table`() {
        let choices = (0..<4000).map { "<value nick='n\($0)' value='\($0)'/>" }.joined()
        let keys = (0..<1000).map { Self.key($0, "enum='e'><default>'n1'</default>") }.joined()
        #expect(
            Self.faults("<enum id='e'>\(choices)</enum><schema id='s'>\(keys)</schema>") == [
                "a.gschema.xml was left out: line 1: more than 32 MB of choices and defaults"
            ])
    }
}
