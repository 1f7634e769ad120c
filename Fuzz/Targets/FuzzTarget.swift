// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthArchive
import PlinthCore
import PlinthDebian
import PlinthELF
import PlinthOCI
import PlinthYAML
package import Synchronization

/// A parser that is fed with anything: each must refuse it or read it, in bounded time and memory, and never trap.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case ar, deb, tar, gzip, zstd, xz, bzip2
    case control, packages, release, status, relation, version
    case apkVersion = "apk-version"
    case apkDependency = "apk-dependency"
    case apkResolve = "apk-resolve"
    case elf, index, manifest, config, yaml
    case apk
    case apkIndex = "apk-index"
    case apkInfo = "apk-info"
    case apkInstalled = "apk-installed"
    case apkScripts = "apk-scripts"
    case apkRepositories = "apk-repositories"
    case reference, save, layers
    case systemd, schemas

    /// What the fuzzing program tries: its callback can capture nothing.
    package static let chosen = Mutex(FuzzTarget.tar)

    /// The most that a decoder may give: a bomb ends here.
    private static let limit = 8 << 20

    /// Parses the bytes; what is refused is fine.
    package func run(_ bytes: [UInt8]) {
        do {
            try parse(bytes)
        } catch {
            // Every error is an answer. A trap, a hang or growth past the bound is what is looked for.
        }
    }

    private func parse(_ bytes: [UInt8]) throws {
        switch self {
        case .ar: _ = try ArArchive.members(of: bytes)
        case .deb: try Self.package(bytes)
        case .tar: try Self.tar(MemorySource(bytes))
        case .gzip:
            _ = try? GzipMembers(MemorySource(bytes), length: Int64(bytes.count), limit: Int64(Self.limit))
                .readAll(limit: Self.limit)
            try Self.decompress(bytes, .gzip)
        case .zstd: try Self.decompress(bytes, .zstd)
        case .xz: try Self.decompress(bytes, .xz)
        case .bzip2: try Self.decompress(bytes, .bzip2)
        case .control: _ = try Deb822Paragraph.parseOne(bytes)
        case .packages: try Self.index(bytes)
        case .release: _ = try ReleaseFile(bytes, place: "fuzz")
        case .status: _ = try InstalledPackage.parse(status: bytes, place: "fuzz")
        case .relation: _ = try RelationParser.parse(String(decoding: bytes, as: UTF8.self))
        case .version: _ = try DebianVersion(String(decoding: bytes, as: UTF8.self))
        case .apkVersion: Self.versions(bytes)
        case .apkDependency: _ = try ApkDependency.list(String(decoding: bytes, as: UTF8.self))
        case .apkResolve: try Self.resolve(bytes)
        case .elf: _ = try ELFSummary(parsing: bytes.span)
        case .index: _ = try OCIJSON.decode(ImageIndex.self, from: bytes, at: "fuzz")
        case .manifest: _ = try OCIJSON.decode(ImageManifest.self, from: bytes, at: "fuzz")
        case .config: _ = try OCIJSON.decode(ImageConfig.self, from: bytes, at: "fuzz")
        case .yaml: _ = try YAMLDocument.parse(bytes, name: "fuzz")
        case .apk, .apkIndex, .apkInfo, .apkInstalled, .apkScripts, .apkRepositories: try parseAlpine(bytes)
        case .reference: ImageFuzzing.reference(String(decoding: bytes, as: UTF8.self))
        case .save: try ImageFuzzing.save(bytes)
        case .layers: try ImageFuzzing.layers(bytes)
        case .systemd: Self.systemd(bytes)
        case .schemas: Self.schemas(bytes)
        }
    }

    private static func decompress(_ bytes: [UInt8], _ compression: Compression) throws {
        _ = try Decompressor(MemorySource(bytes), compression, limit: Int64(limit)).readAll(limit: limit)
    }

    private static func tar(_ source: any ByteSource) throws {
        let reader = TarReader(source, place: "fuzz", sparse: 1 << 40)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while try reader.next() != nil {
            var span = buffer.mutableSpan
            _ = try reader.read(into: &span)
        }
    }

    /// A whole package: the members, the control data and the tree.
    private static func package(_ bytes: [UInt8]) throws {
        let file = try DebFile(bytes, place: "fuzz")
        func part(_ part: DebFile.Part) -> MemorySource {
            MemorySource(Array(bytes[Int(part.offset)...].prefix(Int(part.size))))
        }
        _ = try DebControl(part(file.control), file.control.compression, place: "fuzz", limit: 1 << 20)
        try tar(Decompressor(part(file.data), file.data.compression, limit: Int64(limit)))
    }

    /// A package list, compiled and read again.
    private static func index(_ bytes: [UInt8]) throws {
        let compiled = try CompiledIndex(try PackagesIndexCompiler.compile(MemorySource(bytes), place: "fuzz"))
        for package in compiled.packages.prefix(100) { _ = try compiled.record(package) }
    }

    /// Two versions with a blank between them.
    private static func versions(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 1).map(Array.init)
        let (left, right) = (parts.first ?? [], parts.last ?? [])
        _ = AlpineVersion.isValid(left.span)
        let order = AlpineVersion.compare(left.span, right.span)
        precondition(order == -AlpineVersion.compare(right.span, left.span))
        _ = AlpineVersion.compare(left.span, toPrefix: right.span)
    }

    /// A list of packages, of which the first, and everything that it can do to the others, is asked for.
    private static func resolve(_ bytes: [UInt8]) throws {
        let resolver = try ApkResolver(architecture: "x86_64", sources: [ApkSource(text: bytes, label: "fuzz")])
        guard let first = try ApkCandidate.parse(bytes, place: "fuzz").first else { return }
        let world = try [ApkDependency(parsing: first.name)] + ApkDependency.list(first.installIf)
        _ = try resolver.resolve(ApkRequest(world: world))
    }
}
