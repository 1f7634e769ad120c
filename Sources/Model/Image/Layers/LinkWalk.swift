// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Follows the symbolic links of a path within a root, 40 at most as the kernel does.
struct LinkWalk {
    enum Step {
        case directory
        case link([UInt8])
        /// Anything that has nothing below it.
        case other
    }

    /// Where the path leads; nil when something on the way is missing or no directory.
    let end: TreePath?

    /// - Parameter look: says what a name in a directory is; nil for nothing.
    init(_ path: TreePath, look: (TreePath, ArraySlice<UInt8>) throws -> Step?) rethrows {
        end = try Self.walk(path, look)
    }

    private static func walk(
        _ path: TreePath, _ look: (TreePath, ArraySlice<UInt8>) throws -> Step?
    ) rethrows -> TreePath? {
        let slash = UInt8(ascii: "/")
        var current = TreePath.root
        var pending: [ArraySlice<UInt8>] = path.bytes.split(separator: slash).reversed()
        var links = 0
        while let name = pending.popLast() {
            if name.elementsEqual(".".utf8) { continue }
            if name.elementsEqual("..".utf8) {
                current = current.parent ?? .root
                continue
            }
            switch try look(current, name) {
            case nil: return nil
            case .directory?: current = current.appending(name)
            case .other?:
                guard pending.allSatisfy({ $0.elementsEqual(".".utf8) }) else { return nil }
                return current.appending(name)
            case .link(let target)?:
                links += 1
                guard links <= 40 else { return nil }
                if target.first == slash { current = .root }
                pending += target.split(separator: slash).reversed()
            }
        }
        return current
    }
}
