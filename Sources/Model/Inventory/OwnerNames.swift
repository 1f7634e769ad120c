// SPDX-License-Identifier: Apache-2.0
package import PlinthImage

/// What an image calls the numbers of users and groups, passwd(5) and group(5).
package struct OwnerNames: Sendable {
    private let users: [UInt32: String]
    private let groups: [UInt32: String]

    /// Chooses the two files while layers are read.
    package static let reading: LayerReading.Selector = { path, _ in
        path.elementsEqual("etc/passwd".utf8) || path.elementsEqual("etc/group".utf8)
    }

    package init(_ tree: LayeredTree) {
        let view = SystemView(tree: tree)
        users = Self.names(view.text("etc/passwd"))
        groups = Self.names(view.text("etc/group"))
    }

    /// The name, else the number.
    package func user(_ number: UInt32) -> String { users[number] ?? "\(number)" }
    package func group(_ number: UInt32) -> String { groups[number] ?? "\(number)" }

    /// The first line of a number counts.
    private static func names(_ text: String?) -> [UInt32: String] {
        var names: [UInt32: String] = [:]
        for line in (text ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count > 2, !fields[0].isEmpty, let number = UInt32(fields[2]) else { continue }
            names[number] = names[number] ?? String(fields[0])
        }
        return names
    }
}
