// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Links for the commands of a BusyBox that a person named: `usr/bin/NAME` → `busybox`, where nobody else has the name.
///
/// Debian's packages bring the program alone. A whole system has the commands from elsewhere, so it gets no links.
struct BusyBoxEffect: Effect {
    let name = "busybox"
    let takesAllFiles = true

    static let packages: Set<String> = ["busybox", "busybox-static"]
    private static let program = TreePath("usr/bin/busybox")
    private static let folders = [TreePath("usr/bin"), TreePath("usr/sbin"), TreePath("bin"), TreePath("sbin")]

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        guard Self.isWanted(in: tree, context) else { return edit.report }
        let commands = try Self.commands(tree.contents(Self.program))
        if commands.isEmpty {
            edit.note("the commands of /\(Self.program) cannot be told: no links were made for them")
        }
        for command in commands
        where !Self.folders.contains(where: { tree[tree.placeOfEntry($0.appending(command))] != nil }) {
            edit.link(TreePath("usr/bin").appending(command), to: "busybox", in: &tree)
        }
        return edit.report
    }

    /// Whether the image gets the links, and with them a shell.
    static func isWanted(in tree: FileTree, _ context: EffectContext) -> Bool {
        !context.isWholeSystem && !packages.isDisjoint(with: context.named)
            && tree[tree.placeOfEntry(program)]?.isFile == true
    }

    /// The table `applet_names` of the program: names that end in NUL, sorted, an empty one behind the last.
    static func commands(_ program: [UInt8]) -> [[UInt8]] {
        let first = Array("[\0[[\0".utf8)
        guard let start = program.span.firstPlace(of: first) else { return [] }
        var names: [[UInt8]] = []
        var rest = program[start...]
        while let end = rest.prefix(33).firstIndex(of: 0) {
            let name = Array(rest[..<end])
            if name.isEmpty { return names }
            let isInOrder = names.last.map { $0.lexicographicallyPrecedes(name) } ?? true
            guard names.count < 1000, isInOrder, name.allSatisfy(isCommandByte) else { return [] }
            names.append(name)
            rest = rest[(end + 1)...]
        }
        return []
    }

    private static func isCommandByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "[-_.+".utf8.contains(byte)
    }
}
