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
        tree.write(directory.appending("Unincorp"), [], origin: origin)
        for (name, lines) in named where TreePath(text: name)?.components.count == 1 && !Self.own.contains(name) {
            tree.write(directory.appending(name), Array(lines.joined().utf8), origin: origin)
        }
    }
}
