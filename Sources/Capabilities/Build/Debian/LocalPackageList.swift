// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthPackages

/// Package files of this machine as an archive of their own, whose packages are taken before all others.
struct LocalPackageList {
    private let packages: [LocalPackage]

    init(_ packages: [LocalPackage]) { self.packages = packages }

    /// What asks for exactly these packages.
    var words: [String] { packages.map { "\($0.name)/\(LocalPackage.archive)" } }

    /// - Throws: `index.*` for control data that cannot be read.
    var sources: [any PackageSource] {
        get throws {
            if packages.isEmpty { return [] }
            let text = packages.flatMap { Array($0.stanza.utf8) }
            let index = try PackagesIndexCompiler.compile(MemorySource(text), place: LocalPackage.archive)
            return [IndexSource(index: try CompiledIndex(index), priority: 1001, label: LocalPackage.archive)]
        }
    }
}

extension LocalPackage {
    /// As it would stand in an archive's list.
    fileprivate var stanza: String {
        let text = String(decoding: control["control"] ?? [], as: UTF8.self)
        let lines = text.split(separator: "\n").filter { $0.contains { !$0.isWhitespace } }
        return lines.map { $0 + "\n" }.joined()
            + "Filename: \(fileName)\nSize: \(size.bytes)\nSHA256: \(digest.hex)\n\n"
    }
}
