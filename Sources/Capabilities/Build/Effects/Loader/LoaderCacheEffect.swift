// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthELF
import PlinthImage

/// `etc/ld.so.cache` and the soname links, as `ldconfig` of the image's own glibc makes them.
struct LoaderCacheEffect: Effect {
    let name = "loader cache"
    let takesAllFiles = true

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        let machines = Self.machines(context.architecture)
        var cache = LoaderCache(libraries: [], generator: [], isLittleEndian: context.architecture != "s390x")
        var libc: TreePath?
        for directory in LoaderDirectories(in: tree, context).directories {
            for found in LoaderSearch(directory.place, in: tree, machines: machines).libraries {
                let isPlain = directory.capability == nil
                if isPlain, !found.isLink { Self.link(found, in: directory.place, &edit, &tree) }
                if found.soname.elementsEqual("libc.so.6".utf8) { libc = libc ?? found.file }
                cache.libraries.append(
                    LoaderCache.Library(
                        name: found.soname,
                        path: directory.path + [UInt8(ascii: "/")] + (isPlain ? found.soname : found.name),
                        flags: found.flags, capability: directory.capability))
            }
        }
        // Without glibc nobody reads the cache.
        guard let libc, let generator = Self.generator(try tree.contents(libc)) else { return edit.report }
        cache.generator = generator
        edit.write(TreePath("etc/ld.so.cache"), cache.encoded(), in: &tree)
        return edit.report
    }

    /// Makes `libz.so.1` → `libz.so.1.2.13`, unless that name leads there already or is a file of its own.
    private static func link(
        _ found: LoaderSearch.Found, in directory: TreePath, _ edit: inout TreeEdit, _ tree: inout FileTree
    ) {
        let path = directory.appending(found.soname)
        if let place = tree.resolve(path) {
            if tree.carrier(of: place) == found.file { return }
            guard case .symlink? = tree[path]?.kind else {
                return edit.note("/\(path) is a file of its own, and /\(found.file) has the same soname")
            }
        }
        edit.link(path, to: String(decoding: found.name, as: UTF8.self), in: &tree)
    }

    /// `libc.so.6` says "GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n"; `ldconfig` calls
    /// itself by the same version.
    static func generator(_ libc: [UInt8]) -> [UInt8]? {
        let mark = Array("GNU C Library (".utf8)
        guard let start = libc.span.firstPlace(of: mark) else { return nil }
        let text = libc[(start + mark.count - 1)...].prefix(256).prefix { $0 != 0x0a && $0 != 0 }
        guard let dot = text.lastIndex(of: UInt8(ascii: ".")), dot == text.endIndex - 1 else { return nil }
        return Array("ldconfig ".utf8) + text.dropLast()
    }

    /// `e_machine` of what an architecture's `ldconfig` takes: its own and its 32-bit kin.
    private static func machines(_ architecture: String) -> Set<UInt16> {
        switch architecture {
        case "amd64", "i386", "x32": [3, 62]
        case "arm64", "armhf", "armel": [40, 183]
        case "ppc64el", "ppc64", "powerpc": [20, 21]
        case "s390x": [22]
        case "riscv64": [243]
        case "loong64": [258]
        case "mips64el", "mipsel", "mips": [8]
        default: []
        }
    }
}

extension Span<UInt8> {
    /// Where a short pattern first occurs.
    func firstPlace(of pattern: [UInt8]) -> Int? {
        guard let first = pattern.first, count >= pattern.count else { return nil }
        for start in 0...(count - pattern.count) where self[start] == first {
            var length = 1
            while length < pattern.count, self[start + length] == pattern[length] { length += 1 }
            if length == pattern.count { return start }
        }
        return nil
    }
}
