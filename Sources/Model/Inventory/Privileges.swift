// SPDX-License-Identifier: Apache-2.0
import PlinthImage
import PlinthReports

/// Programs that run with more rights than who starts them.
enum Privileges {
    /// In the order of the tree. Time: one look at every entry.
    static func report(_ view: SystemView) -> [SystemReport.Privileged] {
        view.tree.indices.compactMap { index in
            guard view.tree.isPrivileged(at: index) else { return nil }
            let entry = view.tree.entry(at: index)
            guard case .file = entry.kind else { return nil }
            let mode = String(entry.mode, radix: 8)
            return SystemReport.Privileged(
                path: view.shown(index), mode: String(repeating: "0", count: max(0, 4 - mode.count)) + mode,
                user: entry.user, group: entry.group,
                hasCapabilities: entry.attributes["security.capability"] != nil)
        }
    }
}

extension LayeredTree {
    fileprivate func isPrivileged(at index: Int) -> Bool {
        let entry = entry(at: index)
        return entry.mode & 0o6000 != 0 || entry.attributes["security.capability"] != nil
    }
}
