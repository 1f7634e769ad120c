// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import PlinthImage
import PlinthReports
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthBuild

/// An image of the test's own archive, and others that are built on it.
extension WorkshopBench {
    var base: FilePath { suite.scratch.appending("base") }

    /// Builds what the others stand on.
    @discardableResult
    func buildBase(_ packages: String = "libgreeting, base-files", _ lines: String = "") async throws -> BuildReport {
        try write(packages, lines)
        let report = try await build(to: "oci:\(base)")
        removeTree(lockFile)
        return report
    }

    /// Writes a recipe upon it, without a distribution.
    func writeTop(_ packages: String, _ lines: String = "", base: String = "base: oci:base") throws {
        let repository =
            "{url: \(suite.archive.directory), suites: [trixie], components: [main], keyring: \(suite.key.keyring)}"
        let contents =
            packages.isEmpty
            ? "" : "contents:\n  packages: [\(packages)]\n  repositories: [\(repository)]\n"
        try writeFile(recipe, "\(base)\n\(contents)\(lines)\n")
    }

    var image: StoredImage { get throws { try StoredImage.open(.layout(output, .only)) } }

    /// All files of the built image, by path: the kind and mode.
    func files() async throws -> [String: FileNode.Kind] {
        let tree = try await LayeredTree.read(try image.platforms[0].layers)
        let entries = tree.indices.dropFirst().map { (tree.path(at: $0).description, tree.entry(at: $0).kind) }
        return Dictionary(entries) { first, _ in first }
    }

    /// The text of a file of the built image.
    func text(_ path: String) async throws -> String {
        let tree = try await LayeredTree.read(try image.platforms[0].layers)
        let index = try #require(TreePath(text: path).flatMap { tree.index(of: $0) })
        var bytes: [UInt8] = []
        try LayeredContents(tree).read([index]) { _, read in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                var span = buffer.mutableSpan
                let count = try read(&span)
                if count == 0 { return }
                bytes += buffer[..<count]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names in one of its layers, as they stand there.
    func names(inLayer number: Int) throws -> [String] {
        let layers = try image.platforms[0].layers
        try #require(layers.indices.contains(number))
        let reader = TarReader(try layers[number].unpacked(), place: "layer")
        var names: [String] = []
        while let entry = try reader.next() { names.append(String(decoding: entry.name, as: UTF8.self)) }
        return names
    }
}
