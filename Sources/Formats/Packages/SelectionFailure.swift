// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Says why a requested package cannot be taken, and what may have been meant.
struct SelectionFailure {
    let pool: PackagePool
    let package: RequestedPackage

    func unknown() -> Problem {
        let universe = pool.universe
        var hints: [String] = []
        let others = pool.read([]) { try universe.otherArchitectures(of: package.name) }
        if !others.isEmpty { hints.append("it exists for \(others.joined(separator: ", "))") }
        let near = nearestNames(to: package.name, among: pool.read([]) { try universe.names() })
        if !near.isEmpty { hints.append("did you mean \(near.joined(separator: ", "))?") }
        return Problem(
            "resolve.unknownPackage", "There is no package named \(package.name)", at: package.description,
            why: "no source offers it for \(universe.architecture)", hints: hints)
    }

    func virtual(providers: [String]) -> Problem {
        Problem(
            "resolve.virtualPackage", "\(package.name) is only a name that several packages provide",
            at: package.description, why: "provided by \(providers.joined(separator: ", "))",
            hints: ["ask for one of them"])
    }

    func foreignArchitecture() -> Problem {
        Problem(
            "resolve.foreignArchitecture", "A package of another architecture is asked for",
            at: package.description, why: "the target is \(pool.universe.architecture)", kind: .usage)
    }

    func noSuchVersion(of name: NameID) -> Problem {
        let offered = pool.versions(of: name).map { version in
            "\(pool.versions[version].record.version) from \(pool.versions[version].candidate.source)"
        }
        return Problem(
            "resolve.noSuchVersion", "No version of \(pool.names[name]) is what was asked for",
            at: package.description, why: "there is \(offered.joined(separator: ", "))")
    }
}
