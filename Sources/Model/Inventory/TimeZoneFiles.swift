// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthReports

/// What a system knows of time zones, RFC 9636.
enum TimeZoneFiles {
    static func report(_ view: SystemView) -> SystemReport.TimeZones {
        let directory = view.index("usr/share/zoneinfo") ?? view.index("share/zoneinfo")
        return SystemReport.TimeZones(zones: directory.map { zones(below: $0, view) } ?? 0, local: local(view))
    }

    /// Zones begin with a capital letter; `posix` and `right` have them all over again.
    private static func zones(below directory: Int, _ view: SystemView) -> Int {
        view.tree.children(of: directory).filter { isName(view.tree.path(at: $0).name) }
            .reduce(0) { sum, child in
                guard view.tree.isDirectory(at: child) else { return sum + 1 }
                return sum + view.tree.descendants(of: child).count { !view.tree.isDirectory(at: $0) }
            }
    }

    private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
        guard let first = name.first, (0x41...0x5a).contains(first) else { return false }
        return !name.contains(UInt8(ascii: "."))
    }

    private static func local(_ view: SystemView) -> String? {
        if let index = view.tree.index(of: TreePath("etc/localtime")),
            case .symlink(let target) = view.tree.entry(at: index).kind
        {
            let text = String(decoding: target, as: UTF8.self)
            return text.firstRange(of: "zoneinfo/").map { String(text[$0.upperBound...]) } ?? text
        }
        guard let content = view.content("etc/localtime") else { return nil }
        // The last line is the rule for all later times, in the words of the variable TZ.
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard content.starts(with: "TZif".utf8), lines.count > 2, let rule = lines.dropLast().last else { return nil }
        return rule.isEmpty ? nil : String(decoding: rule.prefix(100), as: UTF8.self)
    }
}
