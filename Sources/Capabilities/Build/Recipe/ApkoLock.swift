// SPDX-License-Identifier: Apache-2.0
import PlinthCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A lock that apko wrote, `v1`: every package of every architecture, and the checksum by which an index names it.
struct ApkoLock: Decodable, Sendable {
    struct Contents: Decodable, Sendable {
        var packages: [Package]
    }

    struct Package: Decodable, Sendable {
        var name: String
        var version: String
        var architecture: String
        /// `Q1…`; locks of before 0.13 have none.
        var checksum: String?
    }

    private var version: String
    private var contents: Contents

    /// Nil for what is not apko's.
    init?(_ bytes: [UInt8]) {
        guard let lock = try? JSONDecoder().decode(ApkoLock.self, from: Data(bytes)), lock.version == "v1" else {
            return nil
        }
        self = lock
    }

    /// Its versions in the form of a lock of ours, for a resolver to stay with; nothing else in it is true.
    var versions: Lock {
        let platforms = Dictionary(grouping: contents.packages, by: \.architecture).map { architecture, packages in
            Lock.Platform(
                architecture: architecture,
                packages: packages.map { package in
                    Lock.Package(
                        name: package.name, version: package.version, architecture: architecture, source: package.name,
                        sourceVersion: package.version, path: "", size: ByteCount(0), digest: Digest.of([]),
                        archive: "", reason: "")
                }, leftOut: nil)
        }
        return Lock(
            recipe: nil, distribution: "", profile: "", dependencies: "", archives: [], platforms: platforms,
            encoder: "")
    }

    /// - Throws: `Problem` with code `lock.apko` when a lock of ours has other packages.
    func check(_ lock: Lock, at place: String) throws {
        for platform in lock.platforms {
            let wanted = contents.packages.filter { $0.architecture == platform.architecture }
            let ours = Dictionary(platform.packages.map { ($0.name, $0) }) { first, _ in first }
            var differences = wanted.filter { package in
                guard let found = ours[package.name], found.version == package.version else { return true }
                return package.checksum.map { $0 != found.checksum } ?? false
            }.map { "\($0.name) \($0.version)" }
            let names = Set(wanted.map(\.name))
            differences += platform.packages.filter { !names.contains($0.name) }.map { "\($0.name), which it lacks" }
            guard differences.isEmpty else { throw Self.differs(differences, platform.architecture, place) }
        }
    }

    private static func differs(_ names: [String], _ architecture: String, _ place: String) -> Problem {
        Problem(
            "lock.apko", "The packages of apko's lock cannot be had as it names them", at: place,
            why: "for \(architecture): " + names.prefix(5).joined(separator: "; "),
            hints: ["the repository has moved on, or the recipe: remove the lock, or make it anew with apko lock"])
    }

    static func kept(_ place: String) -> Problem {
        Problem(
            "lock.apko", "The lock beside the recipe is apko's, and stays as it is", at: place,
            hints: ["it is used as it is; move it away to write one of Plinth's"], kind: .usage)
    }
}
