// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// A package that must be in the answer, and the versions that will do, best first.
struct Demand {
    let name: NameID
    let versions: [VersionID]
    let reason: SelectionReason
    /// As the person wrote it.
    let text: String
}

/// Turns what a person asks for into versions.
struct Selection {
    let pool: PackagePool

    /// Requested packages in the order of the request, then essential ones; each name once.
    /// - Throws: `Problem` with code `resolve.unknownPackage`, `resolve.virtualPackage`, `resolve.noSuchVersion`.
    func demands(_ request: ResolveRequest) throws(Problem) -> [Demand] {
        var result: [Demand] = []
        for package in request.install { add(try demand(package), to: &result) }
        if request.includeEssential {
            for name in pool.read([], { try pool.universe.essentialNames() }) {
                let id = pool.id(of: name)
                let versions = pool.versions(of: id).filter { pool.versions[$0].record.isEssential }
                if versions.isEmpty { continue }
                add(Demand(name: id, versions: versions, reason: .essential, text: name), to: &result)
            }
        }
        return result
    }

    /// A package asked for twice must meet both wishes.
    private func add(_ demand: Demand, to demands: inout [Demand]) {
        guard let twin = demands.firstIndex(where: { $0.name == demand.name }) else { return demands.append(demand) }
        if demand.reason == .essential { return }
        let both = demands[twin].versions.filter(demand.versions.contains)
        let text = demands[twin].text == demand.text ? demand.text : "\(demands[twin].text) and \(demand.text)"
        demands[twin] = Demand(name: demand.name, versions: both, reason: demand.reason, text: text)
    }

    private func demand(_ package: RequestedPackage) throws(Problem) -> Demand {
        let failure = SelectionFailure(pool: pool, package: package)
        if let other = package.architecture, other != "native", other != "any", other != pool.universe.architecture {
            throw failure.foreignArchitecture()
        }
        var name = pool.id(of: package.name)
        if pool.versions(of: name).isEmpty { name = try onlyProvider(of: name, failure) }
        let versions = pool.versions(of: name).filter { fits(pool.versions[$0].candidate, package) }
        if versions.isEmpty { throw failure.noSuchVersion(of: name) }
        return Demand(name: name, versions: versions, reason: .requested, text: package.description)
    }

    /// The package that alone provides a name, as apt selects it.
    private func onlyProvider(of name: NameID, _ failure: SelectionFailure) throws(Problem) -> NameID {
        let names = Set(pool.providers(of: name).map { pool.versions[$0.version].name })
        guard let first = names.first else { throw failure.unknown() }
        guard names.count == 1 else { throw failure.virtual(providers: names.map { pool.names[$0] }.sorted()) }
        return first
    }

    private func fits(_ candidate: Candidate, _ package: RequestedPackage) -> Bool {
        if let suite = package.suite, candidate.source != suite, !candidate.source.hasPrefix(suite + "/") {
            return false
        }
        let version = candidate.record.version
        switch package.comparison {
        case .any: return true
        case .equal where package.version.utf8.contains { $0 == star || $0 == questionMark }:
            return matches(Array(version.utf8), glob: Array(package.version.utf8))
        default: return package.comparison.holds(pool.universe.compare(version, package.version))
        }
    }
}

/// Whether text matches a pattern of `*` and `?`. Time grows with the product of the lengths.
func matches(_ text: [UInt8], glob: [UInt8]) -> Bool {
    var (position, place) = (0, 0)
    var lastStar: (place: Int, position: Int)?
    while position < text.count {
        if place < glob.count, glob[place] == star {
            lastStar = (place, position)
            place += 1
        } else if place < glob.count, glob[place] == questionMark || glob[place] == text[position] {
            position += 1
            place += 1
        } else if let star = lastStar {
            lastStar = (star.place, star.position + 1)
            place = star.place + 1
            position = star.position + 1
        } else {
            return false
        }
    }
    return glob[place...].allSatisfy { $0 == star }
}

private let star = UInt8(ascii: "*")
private let questionMark = UInt8(ascii: "?")
