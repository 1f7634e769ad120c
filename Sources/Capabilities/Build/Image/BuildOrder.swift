// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthOCI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Everything that decides an image: made from a recipe and a lock, before anything is fetched.
struct BuildOrder: Sendable {
    var distribution: Distribution
    /// The name of the recipe's variant: it changes no byte.
    var variant: String?
    /// What a person should know of the lock.
    var notes: [String] = []
    var profile: BuildProfile
    var dependencies: String
    /// Of the recipe: whatever it says is part of the key.
    var recipe: Digest
    var settings: ImageSettings
    var inputs: EffectInputs
    var additions: TreeAdditions
    /// The recipe's own, by architecture.
    var files: [String: [LocalFile]] = [:]
    /// What the image stands on, by architecture.
    var bases: [String: BaseImage] = [:]
    var packing: LayerPacking
    var layering = Layering()
    /// `SOURCE_DATE_EPOCH`, seconds since 1970.
    var epoch: Int64?
    /// Packages that a person named: the first program among theirs is the entrypoint when none is given.
    var named: [String]
    /// What apk in the image is told: constraints, lines of `etc/apk/repositories`, and keys.
    var world: [String] = []
    var repositories: [String] = []
    var keys: [AlpineKey] = []
    /// Lines for apt inside `slim` and `full` images.
    var sources: [AptSource]
    var platforms: [Lock.Platform]

    /// The key under which a platform's finished image is remembered.
    ///
    /// Everything that changes a byte is in it: the packages, the settings, the encoder, the format versions.
    func key(for platform: Lock.Platform) throws -> String {
        let facts = Facts(
            format: LayerFormat.version, policy: NormalisationPolicy.formatVersion,
            plinth: "\(Version.plinth) \(Version.effects)",
            distribution: distribution.name, profile: profile.rawValue, recipe: recipe, settings: settings,
            additions: try additions.digest,
            files: (files[platform.architecture] ?? []).map { $0.key(clamp: epoch, level: LayerFormat.gzipLevel) },
            base: bases[platform.architecture]?.manifest,
            encoder: packing.encoder, layering: layering.keyed, epoch: epoch, named: named,
            sources: profile.isWholeSystem ? sources : [], apk: world + repositories, keys: keys,
            architecture: platform.architecture,
            packages: platform.packages.map { "\($0.name) \($0.digest.hex)" })
        return Digest.of(try OCIJSON.encode(facts)).hex
    }

    private struct Facts: Codable {
        var format: Int
        var policy: Int
        var plinth: String
        var distribution: String
        var profile: String
        var recipe: Digest
        var settings: ImageSettings
        var additions: Digest
        var files: [String]
        var base: Digest?
        var encoder: String
        var layering: Layering?
        var epoch: Int64?
        var named: [String]
        var sources: [AptSource]
        var apk: [String]
        var keys: [AlpineKey]
        var architecture: String
        var packages: [String]
    }
}

extension Layering {
    /// Nil for one layer of everything.
    fileprivate var keyed: Layering? { strategy == .single ? nil : self }
}

/// One entry of apt's sources in an image that has apt.
struct AptSource: Codable, Hashable, Sendable {
    var url: String
    var suites: [String]
    var components: [String]
    var keyring: String
}

/// Versions that decide bytes.
package enum Version {
    package static let plinth = "0.1.0"
    /// Bumped whenever an effect, the database or the documents come out differently from the same input.
    static let effects = "8"
}
