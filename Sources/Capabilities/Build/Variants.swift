// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import SystemPackage

/// Which of a recipe's images are made.
package enum VariantChoice: Sendable {
    case recipe
    case one(String)
    /// The recipe's own and all variants that it declares.
    case all

    var name: String? { if case .one(let name) = self { name } else { nil } }
}

extension TargetOrder {
    /// Where one of several images of a recipe goes; nil is the recipe's own.
    /// - Throws: `image.destination`.
    func forVariant(_ name: String?) throws -> TargetOrder {
        var copy = self
        guard let destination else { return copy }
        let place = try ImageDestination(parsing: destination)
        copy.destination = "\(place.forVariant(name))"
        if case .layout = place, let name { copy.suffix = "." + name }
        return copy
    }
}

extension ImageDestination {
    /// In a directory of layouts under a tag of its own, `TAG-NAME`; an archive is a file of its own, `FILE-NAME`.
    fileprivate func forVariant(_ name: String?) -> ImageDestination {
        switch self {
        case .layout(let path, let tag):
            .layout(path, tag: name.map { name in tag.map { "\($0)-\(name)" } ?? name } ?? tag ?? "latest")
        case .ociArchive(let path, let tag):
            .ociArchive(path.suffixed(name), tag: name.flatMap { name in tag.map { "\($0)-\(name)" } } ?? tag)
        case .dockerArchive(let path, let reference):
            .dockerArchive(
                path.suffixed(name),
                reference: name.flatMap { name in
                    reference.map { $0.contains(":") ? "\($0)-\(name)" : "\($0):\(name)" }
                } ?? reference)
        }
    }
}

extension FilePath {
    /// `app.tar` as `app-NAME.tar`.
    fileprivate func suffixed(_ name: String?) -> FilePath {
        guard let name, let last = lastComponent else { return self }
        let ending = last.extension.map { "." + $0 } ?? ""
        return removingLastComponent().appending("\(last.stem)-\(name)\(ending)")
    }
}

extension Lock {
    /// Packages that are not of the same source version for all processors.
    var platformNotes: [String] {
        var versions: [String: [String: [String]]] = [:]
        for platform in platforms {
            for package in platform.packages {
                versions[package.name, default: [:]][package.sourceVersion, default: []].append(platform.architecture)
            }
        }
        return versions.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { name, versions in
            let parts = versions.sorted { $0.key < $1.key }.map { "\($0.key) for \($0.value.joined(separator: ", "))" }
            return "\(name) is not of one version: \(parts.joined(separator: "; "))"
        }
    }
}
