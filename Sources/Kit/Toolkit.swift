// SPDX-License-Identifier: Apache-2.0
import PlinthBuild
package import PlinthCore
import PlinthDistribution
import PlinthFetch
package import PlinthReports

/// The library's front door: one method for each verb of the command line.
package struct Toolkit: Sendable {
    package static let version = PlinthBuild.Version.plinth

    let environment: Environment
    let progress: any ProgressSink
    let store: Store

    /// - Throws: `Problem`s of the store's place.
    package init(environment: Environment, progress: any ProgressSink = NoProgress()) throws {
        self.environment = environment
        self.progress = progress
        store = try Store(home: try Store.home(in: environment))
    }

    /// Makes an image of packages.
    /// - Throws: `Problem`s of every step: `resolve.*`, `fetch.*`, `signature.*`, `package.*`, `image.*`, `store.*`.
    package func pack(_ request: PackRequest) async throws -> BuildReport {
        try await workshop(request.fetching) { workshop in
            let words = PackWords(
                packages: request.packages, distribution: request.distribution, base: request.base,
                profile: request.profile, dependencies: request.dependencies, entrypoint: request.entrypoint,
                user: request.user)
            return try await workshop.pack(words, target: request.target.order)
        }
    }

    /// Makes an image from a recipe and its lock.
    /// - Throws: as `pack`; `recipe.*`, `lock.*`.
    package func build(_ request: BuildRequest) async throws -> BuildReport {
        try await workshop(request.fetching) { workshop in
            try await workshop.build(
                recipeAt: request.recipe, request.variant.choice, locked: request.locked, verify: request.verify,
                target: request.target.order)
        }
    }

    /// Writes a recipe's lock.
    /// - Throws: as `build`.
    package func lock(_ request: LockRequest) async throws -> LockReport {
        try await workshop(request.fetching) { workshop in
            let update: LockUpdate =
                switch request.update {
                case .none: .nothing
                case .all: .everything
                case .only(let names): .packages(names)
                }
            return try await workshop.lock(recipeAt: request.recipe, variant: request.variant, update: update)
        }
    }

    private func workshop<Report: Sendable>(
        _ settings: FetchSettings, _ body: (Workshop) async throws -> Report
    ) async throws -> Report {
        let configuration = FetchConfiguration(environment, isOffline: settings.offline)
        return try await Downloader.with(store, configuration) { downloader in
            try await body(
                Workshop(
                    environment: environment, store: store, downloader: downloader, progress: progress,
                    freshness: Freshness(
                        refresh: settings.refresh, offline: settings.offline,
                        ignoreValidUntil: settings.ignoreValidUntil),
                    open: opener(isOffline: settings.offline)))
        }
    }
}

extension BuildRequest.Variant {
    fileprivate var choice: VariantChoice {
        switch self {
        case .none: .recipe
        case .all: .all
        case .one(let name): .one(name)
        }
    }
}

extension TargetRequest {
    var order: TargetOrder {
        TargetOrder(
            destination: destination, architectures: architectures, compression: compression, isDryRun: dryRun)
    }
}
