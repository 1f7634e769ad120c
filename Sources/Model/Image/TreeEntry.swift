// SPDX-License-Identifier: Apache-2.0
package import PlinthArchive
package import PlinthCore

extension TarEntry {
    /// A node of a tree as an archive has it.
    package init(_ path: TreePath, _ node: FileNode) {
        self.init(name: path.bytes, kind: .file, mode: node.mode, user: node.user, group: node.group)
        modified = node.modified
        attributes = node.attributes
        switch node.kind {
        case .directory:
            kind = .directory
            name.append(UInt8(ascii: "/"))
        case .file(let size): self.size = size
        case .symlink(let target):
            kind = .symlink
            mode = 0o777
            linkTarget = target
        case .hardLink(let target):
            kind = .hardLink
            linkTarget = target.bytes
        case .characterDevice(let major, let minor): (kind, deviceMajor, deviceMinor) = (.characterDevice, major, minor)
        case .blockDevice(let major, let minor): (kind, deviceMajor, deviceMinor) = (.blockDevice, major, minor)
        case .fifo: kind = .fifo
        }
    }
}
