// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthImage
import PlinthReports

/// Which C library a system has, by its own words.
struct CLibraryFile {
    /// Whether a file of that name is one: `libc.so.6`, `libc-2.31.so`, `ld-musl-x86_64.so.1`, `libuClibc-0.9.33.2.so`.
    static func isName(_ name: ArraySlice<UInt8>) -> Bool {
        name.elementsEqual("libc.so.6".utf8) || name.hasPrefix("ld-musl-") || name.hasPrefix("libuClibc-")
            || name.hasPrefix("libc-2.") && name.hasSuffix(".so")
    }

    private let view: SystemView

    init(_ view: SystemView) { self.view = view }

    /// The library that programs load, else the one that is linked into them; nil for none.
    func found(_ program: SystemReport.Program?) -> SystemReport.CLibrary? {
        shared ?? linked(["bin/busybox", "bin/getconf", "usr/bin/busybox"] + [program?.path].compactMap { $0 })
    }

    private var shared: SystemReport.CLibrary? {
        let libraries = view.tree.indices.filter { index in
            let path = view.tree.pathBytes(at: index)
            return path.count > 8 && path.last.map { $0 == UInt8(ascii: "o") || $0 < 0x3a } == true
                && Self.isName(path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
                && view.isFile(index)
        }
        // The shortest path is the system's own; others lie in folders of compatibility or of other machines.
        let ordered = libraries.sorted {
            (view.tree.pathBytes(at: $0).count, $0) < (view.tree.pathBytes(at: $1).count, $1)
        }
        return ordered.lazy.compactMap { library($0) }.first
    }

    private func library(_ index: Int) -> SystemReport.CLibrary? {
        guard let content = view.tree.keptContent(at: index) else { return nil }
        let path = view.shown(index)
        let name = String(path.split(separator: "/").last ?? "")
        if name.hasPrefix("ld-musl-") {
            return SystemReport.CLibrary(.musl, version: Self.muslVersion(content), path: path)
        }
        if name.hasPrefix("libuClibc-") {
            return SystemReport.CLibrary(.uclibc, version: String(name.dropFirst(10).dropLast(3)), path: path)
        }
        let search = ByteSearch(content)
        let version = search.word(after: "release version ") { !(0x30...0x39).contains($0) && $0 != UInt8(ascii: ".") }
        return SystemReport.CLibrary(
            .glibc, version: version.map { String($0.last == "." ? $0.dropLast() : $0[...]) },
            build: search.word(after: "GNU C Library (") { $0 == UInt8(ascii: ")") }, path: path)
    }

    /// The library has its version as a text of its own: three numbers between two NULs.
    private static func muslVersion(_ bytes: [UInt8]) -> String? {
        bytes.split(separator: 0).lazy.filter {
            (5...24).contains($0.count) && (0x30...0x39).contains($0[$0.startIndex])
        }
        .first { part in
            let numbers = part.prefix { $0 != UInt8(ascii: "-") }.split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            return numbers.count == 3
                && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
        }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Static programs name no library, but carry its texts.
    private func linked(_ paths: [String]) -> SystemReport.CLibrary? {
        let programs = paths.compactMap { path -> (String, ByteSearch)? in
            guard let content = view.content(path), let summary = try? ELFSummary(parsing: content.span),
                summary.interpreter == nil, summary.needed.isEmpty
            else { return nil }
            return (path.hasPrefix("/") ? path : "/" + path, ByteSearch(content))
        }
        let found = programs.lazy.compactMap { path, search in
            Self.marks.first { $0.texts.contains { search.contains($0) } }.map { (path, $0.kind) }
        }.first
        guard let (path, kind) = found else { return nil }
        let version =
            kind == .musl
            ? programs.lazy.compactMap { $0.1.word(after: "/musl-") { !(0x30...0x39).contains($0) && $0 != 0x2e } }
                .first
            : nil
        return SystemReport.CLibrary(kind, version: version, path: path, isStatic: true)
    }

    /// Texts that only one of them has.
    private static let marks: [(kind: SystemReport.CLibrary.Kind, texts: [String])] = [
        (.glibc, ["GLIBC_TUNABLES", "GNU C Library ("]), (.musl, ["MUSL_LOCPATH", "No error information"]),
        (.uclibc, ["__uClibc", "/etc/TZ"]),
    ]
}
