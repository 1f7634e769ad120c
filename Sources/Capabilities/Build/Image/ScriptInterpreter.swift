// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

extension FileTree {
    /// What Linux reads of a program to know its interpreter: execve(2).
    private static let lineLimit: Int64 = 256

    /// The interpreter that a script names and the tree does not have; nil for what is no script, or could be started.
    func missingInterpreter(of program: TreePath) -> String? {
        guard let interpreter = interpreter(of: program), let place = TreePath(text: interpreter),
            resolve(place) == nil
        else { return nil }
        return interpreter
    }

    /// The absolute path behind `#!`; nil for what is no script.
    private func interpreter(of program: TreePath) -> String? {
        guard let place = resolve(program), let node = self[place], node.elf == nil, node.mode & 0o111 != 0,
            let bytes = try? beginning(of: place, limit: Self.lineLimit), bytes.starts(with: "#!".utf8)
        else { return nil }
        let line = bytes.dropFirst(2).prefix { $0 != 0x0a }.drop { $0 == 0x20 || $0 == 0x09 }
        let word = String(decoding: line.prefix { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
        return word.hasPrefix("/") ? word : nil
    }
}
