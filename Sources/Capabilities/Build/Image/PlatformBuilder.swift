// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthFetch
import PlinthImage
import PlinthOCI
import PlinthReports
import SystemPackage

/// Builds one platform's image into the store.
struct PlatformBuilder: Sendable {
    let order: BuildOrder
    let platform: Lock.Platform
    let store: Store
    let packages: PackageFetcher
    let width: Int
    private var family: any PackageFamily { order.distribution.packages }
    private var base: BaseImage? { order.bases[platform.architecture] }

    /// The finished image, from the store when nothing that decides it has changed.
    func record() async throws -> PlatformRecord {
        let key = try order.key(for: platform)
        if var ready = try PlatformRecord.load(key, from: store) {
            // Why a package is there may have changed without the image.
            ready.report.packages = platform.packages.map(\.report)
            ready.report.leftOut = platform.leftOut ?? []
            return ready
        }
        let record = try await make()
        try record.save(key, to: store)
        return record
    }

    private func make() async throws -> PlatformRecord {
        let segments = try await segments()
        var overlay = try await overlay()
        let newest = (segments + overlay.segments).map(\.table.newest).max() ?? 0
        let created = order.epoch ?? max(newest, base?.created ?? 0)
        let context = try EffectContext(order, platform, segments)
        let rules = try family.rules(for: segments, context)
        let below = try base?.nodes(without: Set(platform.packages.map(\.name)), family) ?? [:]
        let merge = try TreeMerge(segments, rules: rules, epoch: created, upon: below)
        var tree = Self.tree(of: merge, segments, upon: base, epoch: created)
        let work = FamilyWork(order: order, platform: platform, segments: segments, context: context, rules: rules)
        var outcome = try family.finish(&tree, work) { tree in
            if !overlay.files.isEmpty { try order.additions.prepare(&tree) }
            return try overlay.lay(on: &tree)
        }
        try order.additions.apply(to: &tree)
        merge.settleHardLinks(in: &tree)
        overlay.settleHardLinks(in: &tree)
        outcome.reports += try await programs(on: &tree)
        base?.settle(&tree)
        let layers = try await layers(of: tree, segments, merge, overlay)
        let settings = try settings(in: tree, segments)
        if base != nil { outcome.reports.append(merge.replacements(of: below)) }
        outcome.reports.append(ImageNotes(tree, settings, named: order.named, segments).report)
        outcome.reports.append(EffectReport(name: "owners", notes: OwnerNotes(tree: tree, user: settings.user).notes))
        return try record(outcome, overlay, tree, settings, layers, segments, created: created)
    }

    /// What only the image's own programs can do, now that all that they need is there.
    private func programs(on tree: inout FileTree) async throws -> [EffectReport] {
        let platform = order.distribution.platform(of: platform.architecture)
        return try await ProgramRun(store: store, platform: platform).run(
            order.inputs.declared.compactMap(\.program), on: &tree)
    }

    /// With what is left open as the base has it, or else found in the tree.
    private func settings(in tree: FileTree, _ segments: [Segment]) throws -> ImageSettings {
        var settings = order.settings.upon(base?.platform.config.config)
        if settings.entrypoint.isEmpty && settings.command.isEmpty {
            settings.entrypoint = DefaultEntrypoint.find(for: order.named, in: tree, segments)
            if settings.entrypoint.isEmpty { settings.command = DefaultEntrypoint.shell(in: tree) }
        }
        settings.user = try settings.user.map { try UserReference.numeric($0, in: tree) }
        return settings
    }

    private func record(
        _ outcome: EffectOutcome, _ overlay: FilesOverlay, _ tree: FileTree, _ settings: ImageSettings,
        _ layers: [LayerRecord], _ segments: [Segment], created: Int64
    ) throws -> PlatformRecord {
        let documents = try ImageDocuments(
            settings, upon: base, layers: layers, platform: order.distribution.platform(of: platform.architecture),
            created: created,
            history: "plinth \(Version.plinth): \(order.distribution.name) \(order.profile.rawValue)")
        let installed = try base.map { try family.installed(in: $0.tree) } ?? []
        let bill = try order.bill(
            of: platform, segments, upon: installed, overlay.files, image: documents, created: created)
        // The descriptors say for which platform: an index is made of them.
        for document in [documents.config, documents.manifest, bill] { try store.writeBlob(document) }
        var report = report(
            outcome, overlay, tree, layers: layers, documents: documents, entrypoint: settings.entrypoint)
        report.base = base.map { $0.report(packages: installed.count) }
        return PlatformRecord(
            layers: layers, config: documents.configDescriptor, manifest: documents.manifestDescriptor,
            document: Descriptor(.spdx, of: bill), created: created, report: report)
    }

    // MARK: Steps

    private func segments() async throws -> [Segment] {
        let normaliser = Normaliser(store: store, policy: order.policy, open: family.open)
        let largestFirst = platform.packages.sorted { ($0.size, $0.name) > ($1.size, $1.name) }
        let made = try await mapConcurrently(largestFirst, limit: width) { package in
            let segment = try await packages.segment(of: package, with: normaliser)
            return (package.name, segment)
        }
        let first = family.firstPackage
        return made.sorted { ($0.0 == first ? "" : $0.0) < ($1.0 == first ? "" : $1.0) }.map(\.1)
    }

    private func overlay() async throws -> FilesOverlay {
        let files = order.files[platform.architecture] ?? []
        let maker = LocalSegment(store: store, clamp: order.epoch, level: LayerFormat.gzipLevel)
        return FilesOverlay(files, try await maker.segments(of: files))
    }

    static func tree(
        of merge: TreeMerge, _ segments: [Segment], upon base: BaseImage? = nil, epoch: Int64
    ) -> FileTree {
        let places = merge.places
        return FileTree(epoch: epoch, nodes: merge.nodes) { path, node in
            if let base, node.origin == .base { return try base.tree.contents(path) }
            guard let place = places[path], case .file(let size) = node.kind else { throw FileTree.missing(path) }
            return try segments[place.segment].raw(place.offset, size)
        }
    }

    private func layers(
        of tree: FileTree, _ segments: [Segment], _ merge: TreeMerge, _ overlay: FilesOverlay
    ) async throws -> [LayerRecord] {
        let locked = Dictionary(platform.packages.map { ($0.name, $0) }) { first, _ in first }
        let groups = order.layering.groups(
            of: segments.map(\.table).map { table in
                Layering.Package(
                    name: table.package, origin: locked[table.package]?.source ?? table.package,
                    digest: locked[table.package]?.digest.hex ?? "", size: table.rawSize)
            })
        let assembly = LayerAssembly(store: store, packing: order.packing)
        var layers: [LayerRecord] = []
        let below = base?.tree.nodes ?? [:]
        for plan in LayerPlan.plans(
            of: tree, upon: below, from: segments, before: merge, groups: groups, then: overlay)
        {
            layers.append(try await assembly.assemble(plan, of: tree))
        }
        return layers
    }

    private func report(
        _ outcome: EffectOutcome, _ overlay: FilesOverlay, _ tree: FileTree, layers: [LayerRecord],
        documents: ImageDocuments,
        entrypoint: [String]
    ) -> PlatformReport {
        var report = PlatformReport(
            platform: "linux/\(order.distribution.platform(of: platform.architecture).architecture)",
            packages: platform.packages.map(\.report), leftOut: platform.leftOut ?? [], entrypoint: entrypoint)
        report.manifest = documents.manifestDescriptor.digest
        report.config = documents.configDescriptor.digest
        report.layers = layers.map { layer in
            LayerReport(
                digest: layer.digest, diffID: layer.diffID, size: ByteCount(layer.size),
                unpacked: ByteCount(layer.rawSize))
        }
        report.effects = outcome.reports.filter { !$0.changed.isEmpty || !$0.notes.isEmpty }.map {
            EffectSummary(name: $0.name, paths: $0.changed.count, notes: $0.notes)
        }
        report.files = overlay.reports
        report.tree = TreeSummary(tree, links: base?.links ?? []).report
        report.scriptsNotRun = outcome.unexplained.map {
            ScriptReport(package: $0.package, script: $0.script, summary: $0.summary)
        }
        return report
    }
}

/// What the effects did, and the scripts that nothing stands in for.
struct EffectOutcome {
    var reports: [EffectReport]
    var unexplained: [UnexplainedScript]
}
