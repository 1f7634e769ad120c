// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthReports

/// What two entries of the same path differ in.
struct EntryDifference {
    private(set) var changes: [DiffReport.Change] = []

    /// - Parameter firstA: of a file of several names the first.
    init(_ a: LayeredTree.Entry, _ b: LayeredTree.Entry, _ firstA: String?, _ firstB: String?) {
        if Self.name(a.kind) == Self.name(b.kind) {
            compareContent(a, b)
        } else {
            add("kind", Self.name(a.kind), Self.name(b.kind))
        }
        // Nothing was said of a directory that only names need.
        if a.isImplied || b.isImplied { return }
        // A link's mode means nothing.
        if Self.name(a.kind) != "symlink" || Self.name(b.kind) != "symlink" {
            add("mode", Self.octal(a.mode), Self.octal(b.mode))
        }
        add("owner", "\(a.user):\(a.group)", "\(b.user):\(b.group)")
        add("link", firstA, firstB)
        for name in Set(a.attributes.keys).union(b.attributes.keys).sorted() {
            add(
                "attribute \(name)", a.attributes[name].map { hexString($0) }, b.attributes[name].map { hexString($0) })
        }
        if a.modified != b.modified { add("time", RFC3339.format(a.modified), RFC3339.format(b.modified)) }
    }

    private mutating func compareContent(_ a: LayeredTree.Entry, _ b: LayeredTree.Entry) {
        switch (a.kind, b.kind) {
        case (.file(let left), .file(let right)):
            if a.digest != b.digest || a.digest == nil {
                add("content", a.digest.map { "\($0)" }, b.digest.map { "\($0)" })
            }
            if left != right { add("size", "\(left)", "\(right)") }
        case (.symlink(let left), .symlink(let right)):
            add("target", String(decoding: left, as: UTF8.self), String(decoding: right, as: UTF8.self))
        case (.characterDevice, _), (.blockDevice, _): add("device", Self.device(a.kind), Self.device(b.kind))
        default: break
        }
    }

    private mutating func add(_ what: String, _ a: String?, _ b: String?) {
        if a != b { changes.append(DiffReport.Change(what, a: a, b: b)) }
    }

    static func name(_ kind: FileNode.Kind) -> String {
        switch kind {
        case .directory: "directory"
        case .file, .hardLink: "file"
        case .symlink: "symlink"
        case .characterDevice, .blockDevice: "device"
        case .fifo: "fifo"
        }
    }

    private static func device(_ kind: FileNode.Kind) -> String {
        switch kind {
        case .characterDevice(let major, let minor): "character \(major), \(minor)"
        case .blockDevice(let major, let minor): "block \(major), \(minor)"
        default: ""
        }
    }

    private static func octal(_ mode: UInt16) -> String {
        let text = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}
