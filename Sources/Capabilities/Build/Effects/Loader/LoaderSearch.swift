// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthImage

/// The libraries of one directory, one for each soname, as `ldconfig` chooses them.
struct LoaderSearch {
    struct Found {
        /// The file's own name.
        var name: [UInt8]
        var soname: [UInt8]
        var flags: UInt32
        var isLink: Bool
        /// The regular file behind links.
        var file: TreePath
    }

    private(set) var libraries: [Found] = []
    private var places: [[UInt8]: Int] = [:]

    /// Machines that the image's `ldconfig` reads; others are passed over.
    init(_ directory: TreePath, in tree: FileTree, machines: Set<UInt16>) {
        for path in tree.children(of: directory) where Self.looksLikeLibrary(path.name) {
            guard let library = Self.inspect(path, in: tree, machines) else { continue }
            add(library)
        }
    }

    /// `lib….so…`, and the run-time linkers: `ld-….so…`, `ld.so.1`, `ld64.so.2`.
    private static func looksLikeLibrary(_ name: ArraySlice<UInt8>) -> Bool {
        if name.starts(with: "ld.so.".utf8) || name.starts(with: "ld64.so.".utf8) { return true }
        guard name.starts(with: "lib".utf8) || name.starts(with: "ld-".utf8) else { return false }
        let bytes = Array(name)
        return bytes.indices.dropLast(2).contains {
            bytes[$0] == UInt8(ascii: ".") && bytes[$0 + 1] == UInt8(ascii: "s") && bytes[$0 + 2] == UInt8(ascii: "o")
        }
    }

    private static func inspect(_ path: TreePath, in tree: FileTree, _ machines: Set<UInt16>) -> Found? {
        guard let place = tree.resolve(path), let file = tree.carrier(of: place), let object = tree[file]?.elf,
            machines.contains(object.machine), let flags = LoaderCache.flags(of: object)
        else { return nil }
        let name = Array(path.name)
        let soname = object.soname.map { Array($0.utf8) } ?? name
        guard let checked = try? TreePath(archiveName: soname), checked.bytes == soname, checked.components.count == 1
        else { return nil }
        var found = Found(name: name, soname: soname, flags: flags, isLink: place != path, file: file)
        // A link counts as one only if it bears the soname, or is the plain `.so` that the linker uses.
        let isForLinker = name.suffix(3).elementsEqual(".so".utf8) && soname.starts(with: name)
        if found.isLink, name != soname, !isForLinker { found.isLink = false }
        if found.isLink { found.soname = name }
        return found
    }

    /// Prefers a file to a link, then the greater name.
    private mutating func add(_ library: Found) {
        guard let index = places[library.soname] else {
            places[library.soname] = libraries.count
            libraries.append(library)
            return
        }
        let present = libraries[index]
        let isNewer =
            present.isLink == library.isLink && LoaderOrder.compare(present.name, library.name) < 0
        if (present.isLink && !library.isLink) || isNewer { libraries[index] = library }
    }
}

extension FileTree {
    /// The regular file that carries the content: a hard link's target.
    func carrier(of place: TreePath) -> TreePath? {
        guard let node = self[place] else { return nil }
        if case .hardLink(let target) = node.kind { return target == place ? nil : carrier(of: target) }
        return node.isFile ? place : nil
    }
}
