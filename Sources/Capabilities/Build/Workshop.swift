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
        let plan = try await plan(try words.recipe(), beside: ".", target, pins: [:])
        let lock = try await resolved(plan, keeping: nil, update: .everything, isDryRun: target.isDryRun)
        return try await build(plan, lock, target)
    }

    /// `build`: a recipe, one of its variants or all of them, and the locks that they have.
    /// - Throws: `Problem`s of every step; `lock.missing`, `lock.stale`, `build.differs`.
    package func build(
        recipeAt path: String, _ choice: VariantChoice = .recipe, locked: Bool, verify: Bool, target: TargetOrder
    ) async throws -> BuildReport {
        let source = try RecipeFile(path).source()
        guard case .all = choice else {
            return try await build(source, at: path, choice.name, locked: locked, verify: verify, target)
        }
        var report = try await build(source, at: path, nil, locked: locked, verify: verify, try target.forVariant(nil))
        for name in source.variants {
            let target = try target.forVariant(name)
            report.variants.append(
                try await build(source, at: path, name, locked: locked, verify: verify, target))
        }
        return report
    }

    private func build(
        _ source: RecipeSource, at path: String, _ variant: String?, locked: Bool, verify: Bool, _ target: TargetOrder
    ) async throws -> BuildReport {
        var plan = try await plan(source, at: path, variant, target)
        let lock = try await lock(for: plan, beside: path, locked: locked, isDryRun: target.isDryRun && !verify)
        if !target.isDryRun { plan.images = try await images(source, at: path, variant, lock, target) }
        if verify { try await Verification(workshop: self, plan: plan, lock: lock).run() }
        return try await build(plan, lock, target)
    }

    /// What the recipe's image and its variants' hold; the same whichever of them is built.
    private func images(
        _ source: RecipeSource, at path: String, _ variant: String?, _ lock: Lock, _ target: TargetOrder
    ) async throws -> [Set<String>] {
        let strategy = source.recipe.layering?.strategy ?? .popularity
        guard strategy == .popularity, !source.variants.isEmpty else { return [] }
        var images: [Set<String>] = []
        for name in [nil] + source.variants.map(Optional.some) {
            let sibling =
                name == variant
                ? lock
                : try await self.lock(
                    for: try await plan(source, at: path, name, target), beside: path, locked: false, isDryRun: false)
            images.append(Set(sibling.platforms.flatMap(\.packages).map(\.digest.hex)))
        }
        return images
    }

    private func lock(
        for plan: RecipePlan, beside path: String, locked: Bool, isDryRun: Bool
    ) async throws -> Lock {
        let file = LockFile(besideRecipe: path, variant: plan.variant)
        let present = try file.read()
        try plan.checkKeys(against: present)
        if let present, try plan.fits(present) { return present }
        if let apko = try file.apko() {
            let lock = try await resolved(
                plan, keeping: nil, update: .everything, beside: apko.versions, isDryRun: isDryRun)
            try apko.check(lock, at: file.path.string)
            return lock
        }
        guard !locked else { throw present == nil ? file.missing : file.stale }
        // The lock is of another recipe: resolve anew, without touching the file.
        let kept = try present ?? (plan.variant == nil ? nil : LockFile(besideRecipe: path).read())
        return try await resolved(plan, keeping: kept, update: kept == nil ? .everything : .nothing, isDryRun: isDryRun)
    }

    /// `lock`: writes the locks of a recipe and its variants beside it, or of one variant.
    /// - Throws: `Problem`s of resolving; `lock.*`.
    package func lock(recipeAt path: String, variant: String? = nil, update: LockUpdate) async throws -> LockReport {
        let source = try RecipeFile(path).source()
        var (report, lock) = try await self.lock(source, at: path, variant, update, beside: nil)
        for name in variant == nil ? source.variants : [] {
            report.variants.append(try await self.lock(source, at: path, name, update, beside: lock).report)
        }
        return report
    }

    /// - Parameter base: of the recipe itself, whose versions its variants have too.
    private func lock(
        _ source: RecipeSource, at path: String, _ variant: String?, _ update: LockUpdate, beside base: Lock?
    ) async throws -> (report: LockReport, lock: Lock) {
        let target = TargetOrder(destination: nil, architectures: [], compression: nil, isDryRun: true)
        let file = LockFile(besideRecipe: path, variant: variant)
        let present = try file.read()
        let plan = try await plan(source, at: path, variant, target, isAnew: update.isOfEverything)
        if !update.isOfEverything { try plan.checkKeys(against: present) }
        let lock: Lock =
            if case .nothing = update, let present, try plan.fits(present) { present } else {
                try await resolved(plan, keeping: present, update: update, beside: base)
            }
        let changed = try file.write(lock)
        let report = LockReport(
            lock: file.path.string, changed: changed, packages: lock.platforms.map(\.packages.count).reduce(0, +),
            differences: LockDifference(from: present, to: lock).lines, notes: lock.platformNotes)
        return (report, lock)
    }

    // MARK: Steps

    /// - Parameter pins: what names of images stood for when the recipe was locked.
    private func plan(
        _ recipe: Recipe, beside directory: FilePath, _ target: TargetOrder, pins: [String: Digest]
    ) async throws -> RecipePlan {
        let plan = try await planned(recipe, beside: directory, target, pins: pins)
        return try await withKeys(plan.readingPackages(into: store))
    }

    /// - Parameter isAnew: whether names of images are looked up again.
    private func plan(
        _ source: RecipeSource, at path: String, _ variant: String?, _ target: TargetOrder, isAnew: Bool = false
    ) async throws -> RecipePlan {
        let recipe = try variant.map { try source.variant($0) } ?? source.recipe
        let lock = recipe.base == nil || isAnew ? nil : try LockFile(besideRecipe: path, variant: variant).read()
        var plan = try await plan(
            recipe, beside: FilePath(path).removingLastComponent(), target, pins: lock?.images ?? [:])
        plan.variant = variant
        return plan
    }

    func resolved(
        _ plan: RecipePlan, keeping present: Lock?, update: LockUpdate, beside base: Lock? = nil,
        isDryRun: Bool = false
    ) async throws -> Lock {
        var lock = try await chosen(plan, keeping: present, update: update, beside: base, isDryRun: isDryRun)
        let known = (base?.images ?? [:]).merging(update.isOfEverything ? [:] : present?.images ?? [:]) { base, _ in
            base
        }
        if !isDryRun { lock.images = try await plan.pins(open, keeping: known) }
        return lock
    }

    private func chosen(
        _ plan: RecipePlan, keeping present: Lock?, update: LockUpdate, beside base: Lock?, isDryRun: Bool
    ) async throws -> Lock {
        if plan.needsNoArchive { return try plan.lockOfNothing }
        // What the recipe itself has goes before what the variant had.
        let kept = update.kept(of: present).merging(LockUpdate.nothing.kept(of: base)) { own, base in
            own.merging(base) { _, base in base }
        }
        let family = plan.distribution.packages
        return try plan.lock(try await family.choose(for: plan, keeping: kept, in: self, isDryRun: isDryRun))
    }

    func build(_ plan: RecipePlan, _ lock: Lock, _ target: TargetOrder) async throws -> BuildReport {
        guard !target.isDryRun else { return try plan.order(for: lock).plannedReport(plan.recipe.files) }
        guard let text = target.destination else {
            throw Problem("build.destination", "Say where to write the image: -o DEST", kind: .usage)
        }
        let destination = try ImageDestination(parsing: text)
        try destination.preflight()
        return try await builder(for: try await order(plan, lock), plan).build(to: destination, suffix: target.suffix)
    }

    /// With the recipe's files, which are read for it.
    func order(_ plan: RecipePlan, _ lock: Lock) async throws -> BuildOrder {
        try plan.order(for: lock, try await plan.files(open, pins: lock.images ?? [:]))
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
    var isOfEverything: Bool { if case .everything = self { true } else { false } }

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
    func plannedReport(_ files: [Recipe.FileItem]) -> BuildReport {
        let reports = platforms.map { locked in
            let platform = distribution.platform(of: locked.architecture)
            var report = PlatformReport(
                platform: "linux/\(platform.architecture)", packages: locked.packages.map(\.report),
                leftOut: locked.leftOut ?? [], entrypoint: settings.entrypoint)
            report.files = files.wanted(for: platform).map(\.plannedReport)
            return report
        }
        return report(created: nil, platforms: reports)
    }
}
