// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// How packages are spread over layers.
///
/// A layer of packages depends on these packages alone, so images that have them in common share it. What belongs to
/// the whole image (accounts, the package database, caches) lies in a last layer of its own.
struct Layering: Codable, Hashable, Sendable {
    enum Strategy: String, Codable, CaseIterable, Sendable {
        /// One layer for everything: the smallest manifest.
        case single
        /// A layer for each package.
        case package
        /// A layer for the packages of one source.
        case origin
        /// A layer for packages that the same images of a family have.
        case popularity
    }

    var strategy = Strategy.single
    /// At most so many layers of packages: the largest groups have their own, all others share one.
    var budget = 10
    /// For `popularity`: what each image of the family holds, as digests of packages.
    var family: [Set<String>] = []

    /// The least that is known of a package.
    struct Package: Hashable {
        var name: String
        var origin: String
        var digest: String
        /// Unpacked, in bytes.
        var size: Int64
    }

    /// Places among the packages, a group for each layer, the largest first; nil for one layer of everything.
    func groups(of packages: [Package]) -> [[Int]]? {
        if strategy == .single { return nil }
        let all = Dictionary(grouping: packages.indices) { key(of: packages[$0]) }
        let sorted = all.sorted { left, right in
            let sizes = (size(left.value, packages), size(right.value, packages))
            return sizes.0 == sizes.1 ? left.key < right.key : sizes.0 > sizes.1
        }.map(\.value)
        guard sorted.count > budget else { return sorted }
        let own = sorted.prefix(max(budget, 1) - 1)
        return own + [sorted.dropFirst(own.count).flatMap { $0 }.sorted()]
    }

    private func key(of package: Package) -> String {
        switch strategy {
        case .single: ""
        case .package: package.name
        case .origin: package.origin
        case .popularity: family.map { $0.contains(package.digest) ? "1" : "0" }.joined()
        }
    }

    private func size(_ group: [Int], _ packages: [Package]) -> Int64 {
        group.reduce(0) { $0 + packages[$1].size }
    }
}
