// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// dpkg's tables of who waits for which trigger: `triggers/File` for paths, one file for each other name.
///
/// deb-triggers(5); the tables are what dpkg builds from the packages' `triggers` files.
struct TriggerTables {
    private var files: [String] = []
    private var named: [String: [String]] = [:]

    mutating func add(_ text: [UInt8], of package: String) {
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, words[0].hasPrefix("interest") else { continue }
            let suffix = words[0] == "interest-noawait" ? "/noawait" : ""
            if words[1].hasPrefix("/") {
                files.append("\(words[1]) \(package)\(suffix)\n")
            } else {
                named[String(words[1]), default: []].append("\(package)\(suffix)\n")
            }
        }
    }

    func write(into tree: inout FileTree, _ directory: TreePath, origin: FileNode.Origin) {
        tree.write(directory.appending("File"), Array(files.joined().utf8), origin: origin)
        tree.write(directory.appending("Unincorp"), [], origin: origin)
        for (name, lines) in named where TreePath(text: name)?.components.count == 1 {
            tree.write(directory.appending(name), Array(lines.joined().utf8), origin: origin)
        }
    }
}
