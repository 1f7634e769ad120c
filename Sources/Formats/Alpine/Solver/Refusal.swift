// SPDX-License-Identifier: Apache-2.0
import PlinthCore

extension ApkResolver {
    /// Leaves constraints of the world out as long as it still cannot be met, larger parts first.
    func narrowed(_ request: ApkRequest, _ answer: Answer) throws(Problem) -> ApkConflict {
        var (request, answer) = (request, answer)
        var part = (request.world.count + 1) / 2
        var attempts = 200
        while part > 0, request.world.count > 1 {
            var start = 0
            while start < request.world.count, attempts > 0 {
                var less = request
                less.world.removeSubrange(start..<min(start + part, less.world.count))
                attempts -= 1
                let other = try self.answer(less)
                if other.deduction.errorCount > 0 { (request, answer) = (less, other) } else { start += part }
            }
            part = part == 1 ? 0 : (part + 1) / 2
        }
        return ApkConflict(answer)
    }

    /// What a person is told, with the conflict as its cause.
    func refusal(of conflict: ApkConflict) -> Problem {
        let request = conflict.requests.map(\.description).joined(separator: " ")
        if conflict.requests.count == 1, conflict.items.count == 1, let wish = conflict.requests.first {
            switch conflict.items[0].subject {
            case .missing(wish.name): return unknown(wish, conflict)
            case .virtual(wish.name): return virtual(wish, conflict)
            case .package where isForbiddenByWorldOnly(conflict.items[0]): return noSuchVersion(wish, conflict)
            default: break
            }
        }
        return Problem(
            "resolve.unsatisfiable", "The packages cannot be installed together", at: request,
            why: conflict.description, hints: hints(for: conflict), cause: conflict)
    }

    private func unknown(_ wish: ApkDependency, _ conflict: ApkConflict) -> Problem {
        let known = Set(catalog.packages.map(\.name)).map { catalog.name($0) }
        let near = nearestNames(to: wish.name, among: known)
        return Problem(
            "resolve.unknownPackage", "There is no package named \(wish.name)", at: wish.description,
            why: "no repository offers it",
            hints: near.isEmpty ? [] : ["did you mean \(near.joined(separator: ", "))?"], cause: conflict)
    }

    private func virtual(_ wish: ApkDependency, _ conflict: ApkConflict) -> Problem {
        Problem(
            "resolve.virtualPackage", "\(wish.name) is only a name that packages provide", at: wish.description,
            why: conflict.items[0].sentence, hints: ["ask for one of them"], cause: conflict)
    }

    private func noSuchVersion(_ wish: ApkDependency, _ conflict: ApkConflict) -> Problem {
        let name = catalog.find(wish.name)
        let offered = name.map { catalog.providers[$0].map { catalog.title($0.package) } } ?? []
        return Problem(
            "resolve.noSuchVersion", "No version of \(wish.name) is what was asked for", at: wish.description,
            why: "there is \(offered.prefix(8).joined(separator: ", "))", cause: conflict)
    }

    private func isForbiddenByWorldOnly(_ item: ApkConflict.Item) -> Bool {
        item.facts.count == 1 && item.facts[0].kind == .breaks && item.facts[0].values.allSatisfy { $0.owner == .world }
    }

    private func hints(for conflict: ApkConflict) -> [String] {
        let tags = conflict.items.flatMap(\.facts).filter { $0.kind == .masked }.flatMap(\.values).map { $0.owner }
        return tags.prefix(1).compactMap { owner in
            if case .named(let tag) = owner { "write NAME\(tag) to take a package from there" } else { nil }
        }
    }
}
