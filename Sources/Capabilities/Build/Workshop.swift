// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import PlinthDistribution
package import PlinthFetch
import PlinthImage
import PlinthOCI
package import PlinthReports
import SystemPackage

/// The tools of one run, and the way from a recipe to a lock to an image.
package struct Workshop: Sendable {
    let environment: Environment
    let store: Store
    let downloader: Downloader
    let progress: any ProgressSink
    let freshness: Freshness
    let open: ImageOpener

    /// - Parameter open: opens the images that recipes take files from; those of this machine unless given.
    package init(
        environment: Environment, store: Store, downloader: Downloader, progress: any ProgressSink,
        freshness: Freshness, open: @escaping ImageOpener = { source, _ in try StoredImage.open(source) }
    ) {
        self.open = open
        self.environment = environment
        self.store = store
        self.downloader = downloader
        self.progress = progress
        self.freshness = freshness
    }

    /// `pack`: a recipe made of flags.
    /// - Throws: `Problem`s of every step.
    package func pack(_ words: PackWords, target: TargetOrder) async throws -> BuildReport {
        let plan = try plan(try words.recipe(), beside: ".", target)
        let lock = try await resolved(plan, keeping: nil, update: .everything, isDryRun: target.isDryRun)
        return try await build(plan, lock, target)
    }

    /// `build`: a recipe, and its lock when it has one.
    /// - Throws: `Problem`s of every step; `lock.missing`, `lock.stale`, `build.differs`.
    package func build(
        recipeAt path: String, locked: Bool, verify: Bool, target: TargetOrder
    ) async throws -> BuildReport {
        let plan = try plan(try RecipeFile(path).recipe(), beside: FilePath(path).removingLastComponent(), target)
        let lock = try await lock(for: plan, beside: path, locked: locked, isDryRun: target.isDryRun && !verify)
        if verify { try await Verification(workshop: self, plan: plan, lock: lock).run() }
        return try await build(plan, lock, target)
    }

    private func lock(
        for plan: RecipePlan, beside path: String, locked: Bool, isDryRun: Bool
    ) async throws -> Lock {
        let file = LockFile(besideRecipe: path)
        if let lock = try file.read() {
            if try plan.fits(lock) { return lock }
            guard !locked else { throw file.stale }
            // The lock is of another recipe: resolve anew, without touching the file.
            return try await resolved(plan, keeping: lock, update: .nothing, isDryRun: isDryRun)
        }
        guard !locked else { throw file.missing }
        return try await resolved(plan, keeping: nil, update: .everything, isDryRun: isDryRun)
    }

    /// `lock`: writes the lock beside the recipe.
    /// - Throws: `Problem`s of resolving; `lock.*`.
    package func lock(recipeAt path: String, update: LockUpdate) async throws -> LockReport {
        let target = TargetOrder(destination: nil, architectures: [], compression: nil, isDryRun: true)
        let plan = try plan(try RecipeFile(path).recipe(), beside: FilePath(path).removingLastComponent(), target)
        let file = LockFile(besideRecipe: path)
        let present = try file.read()
        let lock: Lock =
            if case .nothing = update, let present, try plan.fits(present) { present } else {
                try await resolved(plan, keeping: present, update: update)
            }
        let changed = try file.write(lock)
        return LockReport(
            lock: file.path.string, changed: changed, packages: lock.platforms.map(\.packages.count).reduce(0, +),
            differences: LockDifference(from: present, to: lock).lines)
    }

    // MARK: Steps

    private func plan(_ recipe: Recipe, beside directory: FilePath, _ target: TargetOrder) throws -> RecipePlan {
        try RecipePlan(recipe, beside: directory, in: environment, target).readingPackages(into: store)
    }

    func resolved(
        _ plan: RecipePlan, keeping present: Lock?, update: LockUpdate, isDryRun: Bool = false
    ) async throws -> Lock {
        if plan.needsNoArchive { return try plan.lockOfNothing }
        let family = plan.distribution.packages
        return try plan.lock(
            try await family.choose(for: plan, keeping: update.kept(of: present), in: self, isDryRun: isDryRun))
    }

    func build(_ plan: RecipePlan, _ lock: Lock, _ target: TargetOrder) async throws -> BuildReport {
        guard !target.isDryRun else { return try plan.order(for: lock).plannedReport }
        guard let text = target.destination else {
            throw Problem("build.destination", "Say where to write the image: -o DEST", kind: .usage)
        }
        let destination = try ImageDestination(parsing: text)
        try destination.preflight()
        return try await builder(for: try await order(plan, lock), plan).build(to: destination)
    }

    /// With the recipe's files, which are read for it.
    func order(_ plan: RecipePlan, _ lock: Lock) async throws -> BuildOrder {
        try plan.order(for: lock, try await plan.files(open))
    }

    func builder(for order: BuildOrder, _ plan: RecipePlan) -> Builder {
        let environment = environment
        let fetcher = PackageFetcher(store: store, downloader: downloader, progress: progress) { package in
            if package.archive == LocalPackage.archive { return try plan.addresses(ofLocal: package) }
            return try plan.distribution.packages.addresses(of: package, for: plan, in: environment)
        }
        return Builder(order: order, store: store, packages: fetcher, width: environment.width)
    }
}

extension LockUpdate {
    /// The versions of an earlier lock that stay, by architecture and name.
    func kept(of present: Lock?) -> [String: [String: String]] {
        guard let present else { return [:] }
        let updated: Set<String>
        switch self {
        case .everything: return [:]
        case .nothing: updated = []
        case .packages(let names): updated = Set(names)
        }
        let pairs = present.platforms.map { platform in
            let kept = platform.packages.filter { !updated.contains($0.name) }
            return (platform.architecture, Dictionary(kept.map { ($0.name, $0.version) }) { first, _ in first })
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

extension BuildOrder {
    /// What would be built.
    var plannedReport: BuildReport {
        let reports = platforms.map { platform in
            PlatformReport(
                platform: "linux/\(platform.architecture)", packages: platform.packages.map(\.report),
                leftOut: platform.leftOut ?? [], entrypoint: settings.entrypoint)
        }
        return report(created: nil, platforms: reports)
    }
}
