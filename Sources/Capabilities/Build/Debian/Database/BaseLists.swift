// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage

extension PackageDatabase {
    /// Takes files that new packages have from the lists of the base's packages, as dpkg does with what is replaced.
    /// - Throws: `dpkg.syntax`.
    func releaseFiles(_ info: TreePath, in tree: inout FileTree) throws {
        let lists = tree.children(of: info).filter { path in
            path.name.suffix(5).elementsEqual(".list".utf8) && tree[path]?.origin == .base
        }
        for list in lists {
            let paths = try DpkgInfo.paths(ofList: tree.contents(list), place: "/\(list)")
            let kept = paths.filter { !tree.hasPackageFile($0) }
            guard kept.count < paths.count else { continue }
            tree.write(list, DpkgInfo.list(kept), origin: origin)
            let sums = info.appending(list.name.dropLast(5) + Array(".md5sums".utf8))
            guard tree[sums] != nil else { continue }
            let lines = try DpkgInfo.checksums(ofMD5Sums: tree.contents(sums), place: "/\(sums)")
            tree.write(sums, DpkgInfo.md5sums(lines.filter { !tree.hasPackageFile($0.path) }), origin: origin)
        }
    }
}
