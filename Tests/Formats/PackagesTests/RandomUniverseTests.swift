// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthPackages

/// Small random universes, judged by trying everything.
@Suite struct RandomUniverseTests {
    @Test(arguments: 0..<20) func answersAreSoundAndRefusalsAreTrue(_ batch: UInt64) throws {
        var random = Seeded(state: batch &* 0x9e37_79b9 &+ 1)
        for _ in 0..<25 {
            let records = randomRecords(&random)
            let install = randomRequest(&random)
            let universe = TextUniverse(records).universe()
            let possible = bruteForce(records, install)
            do {
                let resolution = try Resolver(universe).resolve(.init(install: install))
                #expect(isSound(resolution.packages.map(\.record), install), "\(text(records))\n\(install)")
                #expect(possible, "\(text(records))\n\(install)")
            } catch {
                guard error.code != "resolve.unknownPackage", error.code != "resolve.virtualPackage" else { continue }
                #expect(!possible, "\(error)\n\(text(records))\n\(install)")
            }
        }
    }

    @Test(arguments: 0..<20) func theCompleteSearchAloneIsRightToo(_ batch: UInt64) throws {
        var random = Seeded(state: batch &* 0x51_7cc1 &+ 7)
        for _ in 0..<25 {
            let records = randomRecords(&random)
            let install = randomRequest(&random)
            let pool = PackagePool(TextUniverse(records).universe())
            guard let demands = try? Selection(pool: pool).demands(.init(install: install)) else { continue }
            var search = SolverSearch(PoolClauses(pool: pool, demands: demands, forbidden: [], substitutes: [:]))
            switch search.run(limit: 10_000) {
            case .chosen(let chosen):
                #expect(isSound(chosen.map { pool.versions[$0].record }, install), "\(text(records))\n\(install)")
            case .impossible(let clauses):
                #expect(!bruteForce(records, install), "\(text(records))\n\(install)")
                expectMinimal(minimalCore(of: clauses, limit: 10_000))
            case .gaveUp:
                Issue.record("gave up on \(text(records))")
            }
        }
    }

    /// A core cannot hold, and without any one of its requirements it can.
    private func expectMinimal(_ core: [RuledClause]) {
        #expect(!canHold(core.map(\.literals)))
        for place in core.indices {
            var rest = core
            rest.remove(at: place)
            #expect(canHold(rest.map(\.literals)), "\(core[place].rule) is not needed")
        }
    }

    @Test(arguments: 0..<10) func orderOfInsertionDoesNotMatter(_ batch: UInt64) throws {
        var random = Seeded(state: batch &* 77 &+ 3)
        for _ in 0..<10 {
            let records = randomRecords(&random)
            let install = randomRequest(&random)
            let first = outcome(TextUniverse(records), install)
            for _ in 0..<4 {
                #expect(outcome(TextUniverse(records.shuffled(using: &random)), install) == first)
            }
        }
    }

    private func outcome(_ universe: TextUniverse, _ install: [RequestedPackage]) -> String {
        do {
            let resolution = try Resolver(universe.universe()).resolve(.init(install: install))
            return resolution.packages.map { "\($0.record.name)=\($0.record.version) \($0.reason)" }
                .joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }

    private func text(_ records: [PackageRecord]) -> String {
        records.map { record in
            let relations = record.relations.sorted { $0.key.rawValue < $1.key.rawValue }
            return "\(record.name) \(record.version); "
                + relations.map { "\($0.key) \($0.value.map(\.description).joined(separator: ", "))" }
                .joined(separator: "; ")
        }.joined(separator: "\n")
    }
}

/// A generator whose numbers are the same on every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

private let packageNames = ["a", "b", "c", "d", "e", "f"]
private let allNames = packageNames + ["v", "w"]

private func randomRecords(_ random: inout Seeded) -> [PackageRecord] {
    packageNames.flatMap { name in
        (1...Int.random(in: 1...2, using: &random)).map { version in
            var record = makeRecord(name: name, version: "\(version)")
            let count = Int.random(in: 0...2, using: &random)
            record.relations[.depends] = (0..<count).map { _ in
                RequirementGroup(
                    alternatives: (0..<Int.random(in: 1...3, using: &random)).map { _ in
                        randomRequirement(&random)
                    })
            }
            for kind in [RelationKind.conflicts, .breaks] where Int.random(in: 0..<4, using: &random) == 0 {
                record.relations[kind] = [RequirementGroup(alternatives: [randomRequirement(&random)])]
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                record.relations[.provides] = [RequirementGroup(alternatives: [randomProvision(&random)])]
            }
            return record
        }
    }
}

private func randomRequirement(_ random: inout Seeded) -> Requirement {
    let name = allNames.randomElement(using: &random) ?? "a"
    let comparison = [VersionOperator.any, .any, .less, .equal, .greaterOrEqual].randomElement(using: &random) ?? .any
    let version = comparison == .any ? "" : "\(Int.random(in: 1...3, using: &random))"
    return Requirement(name: name, comparison: comparison, version: version)
}

private func randomProvision(_ random: inout Seeded) -> Requirement {
    let name = allNames.randomElement(using: &random) ?? "v"
    if Bool.random(using: &random) { return Requirement(name: name) }
    return Requirement(name: name, comparison: .equal, version: "\(Int.random(in: 1...3, using: &random))")
}

private func randomRequest(_ random: inout Seeded) -> [RequestedPackage] {
    packageNames.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)).map { name in
        Int.random(in: 0..<5, using: &random) == 0
            ? RequestedPackage(name: name, comparison: .equal, version: "1") : RequestedPackage(name: name)
    }
}

// MARK: the judge, which shares nothing with the resolver

/// Whether any set of packages at all meets the request.
private func bruteForce(_ records: [PackageRecord], _ install: [RequestedPackage]) -> Bool {
    let byName = packageNames.map { name in records.filter { $0.name == name } }
    func tryFrom(_ place: Int, _ chosen: [PackageRecord]) -> Bool {
        if place == byName.count { return isSound(chosen, install) }
        return tryFrom(place + 1, chosen) || byName[place].contains { tryFrom(place + 1, chosen + [$0]) }
    }
    return tryFrom(0, [])
}

private func isSound(_ chosen: [PackageRecord], _ install: [RequestedPackage]) -> Bool {
    let wanted = install.allSatisfy { request in
        chosen.contains { $0.name == request.name && (request.version.isEmpty || $0.version == request.version) }
    }
    return wanted && Set(chosen.map(\.name)).count == chosen.count
        && chosen.allSatisfy { package in
            (package.relations[.depends] ?? []).allSatisfy { group in
                group.alternatives.contains { need in chosen.contains { meets($0, need) } }
            }
                && [RelationKind.conflicts, .breaks].allSatisfy { kind in
                    (package.relations[kind] ?? []).flatMap(\.alternatives).allSatisfy { need in
                        !chosen.contains { $0.name != package.name && meets($0, need) }
                    }
                }
        }
}

private func meets(_ package: PackageRecord, _ need: Requirement) -> Bool {
    if package.name == need.name, compares(package.version, need) { return true }
    return (package.relations[.provides] ?? []).flatMap(\.alternatives).contains { provision in
        provision.name == need.name
            && (need.comparison == .any || (!provision.version.isEmpty && compares(provision.version, need)))
    }
}

private func compares(_ version: String, _ need: Requirement) -> Bool {
    let (left, right) = (Int(version) ?? 0, Int(need.version) ?? 0)
    switch need.comparison {
    case .any: return true
    case .less: return left < right
    case .lessOrEqual: return left <= right
    case .equal: return left == right
    case .greaterOrEqual: return left >= right
    case .greater: return left > right
    }
}

/// Whether clauses can hold together, found by splitting on one literal after another.
private func canHold(_ clauses: [[Literal]]) -> Bool {
    if clauses.contains(where: \.isEmpty) { return false }
    guard let literal = clauses.first?.first else { return true }
    return [literal, literal.opposite].contains { chosen in
        canHold(clauses.filter { !$0.contains(chosen) }.map { $0.filter { $0 != chosen.opposite } })
    }
}
