// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDebian
import PlinthPackages

/// The order in which packages are set up: each after what it depends on, as dpkg does it; else by name.
///
/// Numbers of accounts follow from it, and whether a script finds the account that another makes.
struct SetupOrder {
    private let controls: [DebControl]
    /// Places among the packages, by the names they have or provide; a package's own name before what provides it.
    private var bearers: [String: [Int]] = [:]
    private let byName: [Int]

    private init(_ controls: [DebControl]) throws {
        self.controls = controls
        byName = controls.indices.sorted { (controls[$0].name, $0) < (controls[$1].name, $1) }
        for index in byName { bearers[controls[index].name, default: []].append(index) }
        for index in byName {
            for group in try controls[index].relations(.provides) {
                for provided in group.alternatives { bearers[provided.name, default: []].append(index) }
            }
        }
    }

    /// The places of the packages in their order. Circles are cut at the member whose name is first: it comes last.
    /// - Throws: `Problem` with code `deb.control`.
    static func places(of controls: [DebControl]) throws -> [Int] {
        let order = try SetupOrder(controls)
        var result: [Int] = []
        var isSeen = [Bool](repeating: false, count: controls.count)
        for start in order.byName where !isSeen[start] {
            isSeen[start] = true
            var open = [(place: start, needs: try order.needs(of: start)[...])]
            while let last = open.indices.last {
                guard let next = open[last].needs.popFirst() else {
                    result.append(open.removeLast().place)
                    continue
                }
                guard !isSeen[next] else { continue }
                isSeen[next] = true
                open.append((next, try order.needs(of: next)[...]))
            }
        }
        return result
    }

    /// Of each group of alternatives the first that is among the packages.
    private func needs(of place: Int) throws -> [Int] {
        let groups = try controls[place].relations(.preDepends) + controls[place].relations(.depends)
        let found = groups.compactMap { group in group.alternatives.lazy.compactMap { bearer(of: $0) }.first }
        return found.sorted { controls[$0].name < controls[$1].name }
    }

    private func bearer(of requirement: Requirement) -> Int? {
        bearers[requirement.name]?.first { place in
            controls[place].name != requirement.name || requirement.holds(for: controls[place].version)
        }
    }
}

extension DebControl {
    /// What the package says about others.
    /// - Throws: `Problem` with code `deb.control`.
    func relations(_ kind: RelationKind) throws -> [RequirementGroup] {
        guard let text = paragraph["\(kind)"] else { return [] }
        do {
            return try RelationParser.parse(text, kind: kind)
        } catch {
            throw Problem(
                "deb.control", "The control data of a Debian package cannot be used", at: name,
                why: "\(kind): \(error)")
        }
    }
}
