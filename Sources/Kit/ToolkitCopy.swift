// SPDX-License-Identifier: Apache-2.0
import PlinthBuild
import PlinthCopy
import PlinthCore
import PlinthDistribution
import PlinthExport
import PlinthImage
import PlinthLogin
import PlinthOCI
import PlinthRegistry
package import PlinthReports
import PlinthTransfer
import SystemPackage

extension Toolkit {
    /// Copies an image from anywhere to anywhere.
    /// - Throws: `Problem`s of both places: `image.*`, `registry.*`, `store.*`, `file.*`.
    package func copy(_ request: CopyRequest) async throws -> CopyReport {
        let source = try ImageSource(parsing: request.source)
        let target = try ImageTarget(parsing: request.destination)
        let wish = try request.platforms.wish
        return try await transfer(request.access) { transfer in
            try await ImageCopy(transfer).run(from: source, to: target, wish)
        }
    }

    /// Writes the files of an image as one tar archive.
    /// - Throws: as `copy`; `tar.*`, `archive.*`.
    package func export(_ request: ExportRequest) async throws -> ExportReport {
        let source = try ImageSource(parsing: request.image)
        let wish = PlatformWish.one(try request.platform.map { try OCIPlatform(choice: $0) })
        return try await transfer(request.access) { transfer in
            try await ImageExport(transfer).run(
                source, wish, to: request.output.map { .file(FilePath($0)) } ?? .standardOutput)
        }
    }

    /// Keeps credentials for a registry, after it accepted them.
    /// - Throws: `login.*`, `registry.*`.
    package func login(_ request: LoginRequest) async throws -> LoginReport {
        try await RegistryAccess(registries(request.access)).login(
            request.registry, user: request.user, password: request.password)
    }

    /// Forgets the credentials for a registry.
    /// - Throws: `registry.*`.
    package func logout(_ registry: String) async throws -> LoginReport {
        try await RegistryAccess(registries(RegistrySettings())).logout(registry)
    }

    /// Opens images that recipes take files from and build on; a registry is asked for what is not here yet, and for what
    /// a tag stands for.
    func opener(isOffline: Bool) -> ImageOpener {
        { source, platform in
            guard case .registry(let name) = source else { return try StoredImage.open(source, scratch: scratch) }
            if let here = try store.pulledImage(name, for: platform) { return here }
            guard !isOffline else {
                throw Problem(
                    "fetch.offline", "An image of a registry is wanted, and --offline forbids to ask", at: name,
                    hints: ["pull it before: plinth pull \(name) DIR, and name the directory"])
            }
            return try await transfer(RegistrySettings()) { try await $0.open(source, .one(platform)) }
        }
    }

    /// Lends what opens and moves images.
    func transfer<Report: Sendable>(
        _ access: RegistrySettings, _ body: (ImageTransfer) async throws -> Report
    ) async throws -> Report {
        try await ImageTransfer.with(
            store, registries(access), scratch: scratch, host: .ofThisMachine, progress: progress, body)
    }

    /// Where archives are copied to that cannot be read where they are.
    var scratch: FilePath { FilePath(environment["TMPDIR"] ?? "/var/tmp") }

    private func registries(_ access: RegistrySettings) -> RegistryConfiguration {
        var configuration = RegistryConfiguration(environment)
        configuration.insecureHosts.formUnion(access.insecure)
        return configuration
    }
}

extension PlatformSettings {
    /// nil when nothing was said.
    var wish: PlatformWish? {
        get throws { all ? .all : try one.map { .one(try OCIPlatform(choice: $0)) } }
    }
}
