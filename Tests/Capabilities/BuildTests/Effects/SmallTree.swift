// SPDX-License-Identifier: Apache-2.0
import PlinthBuild
import PlinthCore
import PlinthImage

/// Trees written down in a few lines.
enum SmallTree {
    /// `name/` is a directory, `name -> target` a link, `name = text` a file; ` [mode user:group]` may follow the name.
    static func make(_ lines: [String], epoch: Int64 = 86_400) -> FileTree {
        var tree = FileTree(epoch: epoch)
        for line in lines {
            let (head, separator, text) = parts(line)
            let words = head.split(separator: " ", maxSplits: 1).map(String.init)
            let isDirectory = words[0].hasSuffix("/")
            guard let path = TreePath(text: words[0]) else { continue }
            switch separator {
            case " -> ": tree.link(path, to: text, origin: .package("test"))
            case " = ": tree.write(path, Array(text.utf8), origin: .package("test"))
            default:
                if isDirectory { tree.makeDirectory(path, origin: .package("test")) }
            }
            guard words.count == 2, var node = tree[path] else { continue }
            let fields = words[1].dropFirst().dropLast().split { $0 == " " || $0 == ":" }
            node.mode = UInt16(fields[0], radix: 8) ?? node.mode
            node.user = UInt32(fields[1]) ?? 0
            node.group = UInt32(fields[2]) ?? 0
            tree[path] = node
        }
        return tree
    }

    private static func parts(_ line: String) -> (String, String, String) {
        for separator in [" -> ", " = "] {
            let letters = Array(line)
            let mark = Array(separator)
            for start in letters.indices where letters[start...].starts(with: mark) {
                return (String(letters[..<start]), separator, String(letters[(start + mark.count)...]))
            }
        }
        return (line, "", "")
    }

    /// Every entry of a tree in the same form, pipes as `name|`; modes and owners only where they are not 755, 644 and root.
    static func lines(_ tree: FileTree) throws -> [String] {
        try tree.sortedPaths.map { path in
            guard let node = tree[path] else { return "" }
            let usual: UInt16 = node.isDirectory ? 0o755 : 0o644
            let isLink = if case .symlink = node.kind { true } else { false }
            let isPlain = isLink || (node.mode == usual && node.user == 0 && node.group == 0)
            let owner = isPlain ? "" : " [\(String(node.mode, radix: 8)) \(node.user):\(node.group)]"
            switch node.kind {
            case .directory: return "\(path)/\(owner)"
            case .symlink(let target): return "\(path)\(owner) -> \(String(decoding: target, as: UTF8.self))"
            case .fifo: return "\(path)|\(owner)"
            default: return "\(path)\(owner) = \(String(decoding: try tree.contents(path), as: UTF8.self))"
            }
        }
    }

    /// The lines that an effect adds or changes.
    static func added(
        by effect: any Effect, to before: [String], in context: EffectContext
    ) throws -> [String] {
        var tree = make(before)
        let known = Set(try lines(tree))
        _ = try effect.apply(to: &tree, in: context)
        return try lines(tree).filter { !known.contains($0) }
    }
}
