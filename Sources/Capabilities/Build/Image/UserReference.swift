// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Who runs the image: always a number in the configuration, so that Kubernetes can tell that it is not root.
enum UserReference {
    /// - Throws: `Problem` with code `user.unknown`, a usage mistake.
    static func numeric(_ user: String, in tree: FileTree) throws -> String {
        let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let names = lines(of: TreePath("etc/passwd"), in: tree)
        let id = try number(parts[0], among: names, of: "user")
        guard parts.count == 2 else { return id }
        return id + ":" + (try number(parts[1], among: lines(of: TreePath("etc/group"), in: tree), of: "group"))
    }

    private static func number(_ word: String, among lines: [[Substring]], of kind: String) throws -> String {
        if let number = plainNumber(word) { return number }
        if let line = lines.first(where: { $0.count > 2 && $0[0] == word }), let number = plainNumber(line[2]) {
            return number
        }
        let names = lines.compactMap { $0.first.map(String.init) }
        throw Problem(
            "user.unknown", "The image has no \(kind) named \(word)", hints: hints(word, names), kind: .usage)
    }

    /// Digits only, without zeros in front.
    private static func plainNumber(_ word: some StringProtocol) -> String? {
        guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt32(word).map { "\($0)" }
    }

    private static func hints(_ word: String, _ names: [String]) -> [String] {
        let nearest = nearestNames(to: word, among: names)
        let known = nearest.isEmpty ? names.prefix(8).joined(separator: ", ") : nearest.joined(separator: ", ")
        return ["it has \(known)", "declare others under accounts: in a recipe"]
    }

    private static func lines(of path: TreePath, in tree: FileTree) -> [[Substring]] {
        let text = String(decoding: (try? tree.contents(path)) ?? [], as: UTF8.self)
        return text.split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    }
}
