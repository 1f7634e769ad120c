// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// What could not be kept when files were unpacked, each kind said once.
package struct UnpackLosses: Sendable {
    /// Entries that belong to others in the image.
    package internal(set) var owners = 0
    /// Devices that were left out.
    package internal(set) var devices = 0
    package internal(set) var attributes = 0
    /// The first of each.
    private var device: TreePath?
    private var attribute: (name: String, path: TreePath)?

    mutating func addDevice(_ path: TreePath) {
        devices += 1
        device = device ?? path
    }

    mutating func addAttribute(_ name: String, _ path: TreePath) {
        attributes += 1
        attribute = attribute ?? (name, path)
    }

    /// A sentence for each kind.
    package var notes: [String] {
        var notes: [String] = []
        if owners > 0 {
            notes.append(
                "owners are not kept, for which root's rights are needed: \(count(owners, "entry", "entries"))")
        }
        if let device {
            notes.append("left out \(count(devices, "device")), for which root's rights are needed: /\(device)")
        }
        if let attribute {
            notes.append(
                "\(count(attributes, "extended attribute")) could not be kept: \(attribute.name) of /\(attribute.path)")
        }
        return notes
    }

    private func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }
}
