// SPDX-License-Identifier: Apache-2.0
import PlinthCore

extension Distribution {
    /// The release that a person names: `debian:trixie`, `debian:13`, `ubuntu:noble`, `ubuntu:24.04`.
    ///
    /// Names that move, such as `debian:stable`, are refused: the same recipe must mean the same release next year.
    /// `debian:unstable` is sid for ever, so it is taken.
    /// - Throws: `Problem` with code `distribution.moving`, `distribution.notYet` or `distribution.unknown`.
    package static func named(_ text: String) throws -> Distribution {
        let lowered = text.lowercased()
        let parts = lowered.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (first, release) = (parts[0], parts.count == 2 ? parts[1] : "")
        guard let family = Family(rawValue: first) else { throw otherFamily(first, text) }
        if family == .wolfi, parts.count == 1 { return wolfi }
        if let found = known.first(where: { $0.family == family && $0.answers(to: release) }) { return found }
        if let today = family.movingNames[release] { throw moving(text, today: "\(family.rawValue):\(today)") }
        throw unknown(text, family, release)
    }

    private func answers(to release: String) -> Bool {
        release == codename || release == version || (codename == "sid" && release == "unstable")
    }

    private static let planned: Set<String> = [
        "chainguard", "fedora", "centos", "almalinux", "rockylinux", "rocky", "rhel", "ubi",
        "opensuse", "arch", "archlinux", "amazonlinux", "photon", "azurelinux",
    ]

    private static func otherFamily(_ first: String, _ text: String) -> Problem {
        if planned.contains(first) {
            return Problem(
                "distribution.notYet", "Images cannot be built from \(first) yet", at: text,
                hints: ["debian, ubuntu, alpine and wolfi work: try \(suggestion)"], kind: .usage)
        }
        if let found = known.first(where: { $0.answers(to: first) }) {
            return Problem(
                "distribution.unknown", "There is no distribution of this name", at: text,
                hints: ["did you mean \(found.name)?"], kind: .usage)
        }
        let near = first.isEmpty ? [] : nearestNames(to: first, among: Family.allCases.map(\.rawValue))
        return Problem(
            "distribution.unknown", "There is no distribution of this name", at: text,
            hints: [
                near.isEmpty ? "write it as in \(suggestion)" : "did you mean \(near.joined(separator: " or "))?"
            ],
            kind: .usage)
    }

    private static let suggestion = "debian:trixie or ubuntu:24.04"

    private static func moving(_ text: String, today: String) -> Problem {
        Problem(
            "distribution.moving", "This name means another release every few years", at: text,
            why: "the same recipe would make something else then", hints: ["today it is \(today): write that"],
            kind: .usage)
    }

    private static func unknown(_ text: String, _ family: Family, _ release: String) -> Problem {
        let mine = known.filter { $0.family == family }
        var problem = Problem(
            "distribution.unknown", "\(family.title) has no release of this name that can be built from", at: text,
            kind: .usage)
        let stem = String(release.prefix { $0 != "-" && $0 != "." })
        if let found = mine.first(where: { $0.answers(to: stem) }) {
            problem.hints = [
                release.contains("-slim")
                    ? "write \(found.name) with profile slim"
                    : "write \(found.name); an older state of it is chosen with snapshot"
            ]
            return problem
        }
        let names = mine.map(\.codename) + mine.compactMap(\.version)
        let near = nearestNames(to: release, among: names)
        if !near.isEmpty {
            problem.hints.append("did you mean \(near.map { "\(family.rawValue):\($0)" }.joined(separator: " or "))?")
        }
        problem.hints.append("it has \(mine.map(\.name).joined(separator: ", "))")
        return problem
    }
}
