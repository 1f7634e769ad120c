// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// `etc/localtime`, and `etc/timezone` where the release still has it.
struct TimeZoneEffect: Effect {
    let name = "time zone"
    let takesAllFiles = true

    /// - Throws: `Problem` with code `timeZone.missing`, a usage mistake.
    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        edit.standsIn(for: "tzdata", "config", in: context)
        edit.standsIn(for: "tzdata", in: context)
        let link = TreePath("etc/localtime")
        let zone = context.timeZone ?? (context.package("tzdata") == nil || tree[link] != nil ? nil : "Etc/UTC")
        guard let zone else { return edit.report }
        guard let path = TreePath(text: zone), let place = tree.resolve(Self.folder.appending(path.bytes)),
            tree[place]?.isDirectory == false
        else { throw Self.missing(zone, in: tree) }
        edit.link(link, to: "/\(Self.folder)/\(zone)", in: &tree)
        if Self.hasFile(context) || tree[TreePath("etc/timezone")] != nil {
            edit.write(TreePath("etc/timezone"), zone + "\n", in: &tree)
        }
        return edit.report
    }

    private static let folder = TreePath("usr/share/zoneinfo")

    /// Whether tzdata's script writes `etc/timezone` even where there is none (Debian 12 and older).
    private static func hasFile(_ context: EffectContext) -> Bool {
        guard let script = context.package("tzdata")?.scripts["postinst"] else { return false }
        let writes = script.span.firstPlace(of: Array("> \"$DPKG_ROOT/etc/timezone\"".utf8)) != nil
        return writes && script.span.firstPlace(of: Array("test -f \"$DPKG_ROOT/etc/timezone\"".utf8)) == nil
    }

    private static func missing(_ zone: String, in tree: FileTree) -> Problem {
        guard tree.resolve(folder) != nil else {
            return Problem(
                "timeZone.missing", "The image has no time zones", at: zone,
                hints: ["add the package tzdata"], kind: .usage)
        }
        let names = tree.descendants(of: folder).map { String($0.description.dropFirst(folder.bytes.count + 1)) }
        return Problem(
            "timeZone.missing", "No such time zone in the image", at: zone,
            hints: nearestNames(to: zone, among: names).map { "perhaps \($0)" }, kind: .usage)
    }
}
