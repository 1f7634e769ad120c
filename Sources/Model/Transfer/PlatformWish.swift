// SPDX-License-Identifier: Apache-2.0
package import PlinthImage
package import PlinthOCI

/// For which platforms an image is wanted.
package enum PlatformWish: Hashable, Sendable {
    case all
    /// The one that a person named; nil is this machine's, or the only one.
    case one(OCIPlatform?)

    /// The entries of an index that may be wanted: those that say so, or all when none does.
    func candidates(_ entries: [Descriptor], host: OCIPlatform) -> [Descriptor] {
        guard case .one(let named) = self else { return entries }
        let wanted = named ?? host
        let fitting = entries.filter { entry in
            entry.platform?.os == wanted.os && entry.platform?.architecture == wanted.architecture
        }
        return fitting.isEmpty ? entries : fitting
    }

    /// The parts of an image that are wanted.
    /// - Throws: `image.noSuchPlatform`.
    package func platforms(of image: StoredImage, host: OCIPlatform) throws -> [StoredImage.Platform] {
        switch self {
        case .all: image.platforms
        case .one(let named): [try image.platform(named, host: host)]
        }
    }
}
