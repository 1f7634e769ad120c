// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthPackages

/// The files below `var/lib/dpkg/info`.
package enum DpkgInfo {
    /// The content of `info/format`.
    package static let format = Array("1\n".utf8)

    /// What the names of a package's files begin with: only packages that may be there for several architectures
    /// carry theirs.
    package static func stem(name: String, architecture: String, multiArch: MultiArch) -> String {
        multiArch == .same ? "\(name):\(architecture)" : name
    }

    /// A `.list`: absolute paths, `/.` first, every directory before what is in it.
    /// - Parameter paths: in any order; the directories above each are added.
    package static func list(_ paths: some Sequence<TreePath>) -> [UInt8] {
        var all: Set<TreePath> = []
        for path in paths {
            var next: TreePath? = path
            while let current = next, !current.isRoot, all.insert(current).inserted { next = current.parent }
        }
        var result = Array("/.\n".utf8)
        for path in all.sorted() {
            result.append(UInt8(ascii: "/"))
            result.append(contentsOf: path.bytes)
            result.append(newline)
        }
        return result
    }

    /// The paths of a `.list`, without the root.
    /// - Throws: `Problem` with code `dpkg.syntax`.
    package static func paths(ofList bytes: [UInt8], place: String) throws(Problem) -> [TreePath] {
        var result: [TreePath] = []
        for line in bytes.split(separator: newline) {
            guard line.first == UInt8(ascii: "/"), let path = try? TreePath(archiveName: Array(line)) else {
                throw Problem(
                    "dpkg.syntax", "A list of installed files cannot be read", at: place,
                    why: "“\(String(decoding: line.prefix(120), as: UTF8.self))” is not an absolute path")
            }
            if !path.isRoot { result.append(path) }
        }
        return result
    }

    /// A `.md5sums`, in the order given.
    package static func md5sums(_ checksums: [DebControl.Checksum]) -> [UInt8] {
        var result: [UInt8] = []
        for checksum in checksums {
            result.append(contentsOf: checksum.md5.utf8)
            result.append(contentsOf: [space, space])
            result.append(contentsOf: checksum.path.bytes)
            result.append(newline)
        }
        return result
    }

    /// The lines of a `.md5sums`.
    /// - Throws: `Problem` with code `dpkg.syntax`.
    package static func checksums(ofMD5Sums bytes: [UInt8], place: String) throws(Problem) -> [DebControl.Checksum] {
        do {
            return try ControlLines.md5sums(bytes)
        } catch {
            throw Problem("dpkg.syntax", "A list of digests cannot be read", at: place, why: error.why)
        }
    }
}
