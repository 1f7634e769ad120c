// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthImage

/// dpkg's tables of who waits for which trigger: `triggers/File` for paths, one file for each other name.
///
/// deb-triggers(5); the tables are what dpkg builds from the packages' `triggers` files.
struct TriggerTables {
    private var files: [String] = []
    private var named: [String: [String]] = [:]
    /// dpkg's own files in the directory.
    private static let own: Set<String> = ["File", "Unincorp", "Lock"]

    init() {}

    /// What a base has, but for packages that come in another version.
    init(in tree: FileTree, _ directory: TreePath, without replaced: Set<String>) {
        func lines(_ path: TreePath) -> [String] {
            let text = String(decoding: (try? tree.contents(path)) ?? [], as: UTF8.self)
            return text.split(separator: "\n").map { $0 + "\n" }
        }
        func isKept(_ line: Substring) -> Bool {
            !replaced.contains(String(line.prefix { !"/:\n".contains($0) }))
        }
        for path in tree.children(of: directory) where tree[path]?.isFile == true {
            let name = String(decoding: path.name, as: UTF8.self)
            if name == "File" {
                files = lines(path).filter { isKept($0.split(separator: " ").last ?? "") }
            } else if !Self.own.contains(name) {
                named[name] = lines(path).filter { isKept($0[...]) }
            }
        }
    }

    mutating func add(_ triggers: [DebControl.Trigger], of package: String) {
        for trigger in triggers where trigger.directive.hasPrefix("interest") {
            let line = package + (trigger.directive == "interest-noawait" ? "/noawait\n" : "\n")
            if trigger.name.hasPrefix("/") {
                files.append("\(trigger.name) \(line)")
            } else {
                named[trigger.name, default: []].append(line)
            }
        }
    }

    func write(into tree: inout FileTree, _ directory: TreePath, origin: FileNode.Origin) {
        tree.write(directory.appending("File"), Array(files.joined().utf8), origin: origin)
        if tree[directory.appending("Unincorp")] == nil {
            tree.write(directory.appending("Unincorp"), [], origin: origin)
        }
        for (name, lines) in named where TreePath(text: name)?.components.count == 1 && !Self.own.contains(name) {
            tree.write(directory.appending(name), Array(lines.joined().utf8), origin: origin)
        }
    }
}
