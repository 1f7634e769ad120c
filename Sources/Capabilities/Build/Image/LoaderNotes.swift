// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthImage

/// Programs that the recipe put in beside the packages, and what of the image they cannot start without.
struct LoaderNotes {
    let tree: FileTree

    /// One note for each loader and library that is missing.
    var notes: [String] {
        var loaders: [String: [TreePath]] = [:]
        var libraries: [String: [TreePath]] = [:]
        lazy var present = Set(tree.nodes.keys.map { Array($0.name) })
        for (path, elf) in objects {
            if let loader = elf.interpreter, let place = TreePath(text: loader), tree.resolve(place) == nil {
                // Without a loader nobody looks for libraries.
                loaders[loader, default: []].append(path)
                continue
            }
            for library in elf.needed where !library.contains("/") && !present.contains(Array(library.utf8)) {
                libraries[library, default: []].append(path)
            }
        }
        return loaders.sorted { $0.key < $1.key }.map { loader, paths in
            "\(Self.told(paths)) linked dynamically and cannot start: the image does not have \(loader)\(hint(loader))"
        }
            + libraries.sorted { $0.key < $1.key }.map { library, paths in
                "\(Self.told(paths)) linked with \(library), which the image does not have"
            }
    }

    private var objects: [(path: TreePath, elf: ELFSummary)] {
        tree.nodes.compactMap { path, node in
            guard case .recipe = node.origin, let elf = node.elf else { return nil }
            return (path, elf)
        }.sorted { $0.path < $1.path }
    }

    private static func told(_ paths: [TreePath]) -> String {
        paths.count == 1 ? "/\(paths[0]) is" : "/\(paths[0]) and \(paths.count - 1) more are"
    }

    private func hint(_ loader: String) -> String {
        loader.contains("musl") ? ": link it statically, or copy the loader in" : ": link it statically, or add libc6"
    }
}
