// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthOCI
import PlinthReports
import SystemPackage

/// `--verify`: everything is made a second time from the packages, in an empty store, and compared.
struct Verification {
    let workshop: Workshop
    let plan: RecipePlan
    let lock: Lock

    /// - Throws: `Problem` with code `build.differs`, a bug of ours.
    func run() async throws {
        let order = try await workshop.order(plan, lock)
        let usual = workshop.builder(for: order, plan)
        let scratch = try Store(home: try workshop.store.scratchPath())
        defer { try? scratch.erase() }
        let fresh = Builder(order: order, store: scratch, packages: usual.packages, width: 1)
        let pairs = zip(try await usual.records(), try await fresh.records())
        for (first, second) in pairs where first.manifest != second.manifest {
            throw Problem(
                "build.differs", "The same input gave two images", at: first.report.platform,
                why: "layers \(first.layers.map(\.digest)) and \(second.layers.map(\.digest)), "
                    + "diff IDs \(first.layers.map(\.diffID)) and \(second.layers.map(\.diffID)), "
                    + "configurations \(first.config.digest) and \(second.config.digest)",
                hints: ["run `plinth cache verify`; if it finds nothing, please report this"], kind: .bug)
        }
    }
}
