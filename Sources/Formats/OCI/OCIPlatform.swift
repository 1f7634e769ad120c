// SPDX-License-Identifier: Apache-2.0

/// The operating system and processor that an image is for, such as `linux/arm/v7`.
package struct OCIPlatform: Hashable, Codable, Sendable {
    package var os: String
    /// In Go's words: `amd64`, `386`, `arm64`, `arm`, `ppc64le`, `s390x`, `riscv64`, `loong64`.
    package var architecture: String
    /// Such as `v7` for 32-bit ARM.
    package var variant: String?

    package init(os: String = "linux", architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// BuildKit lists its attestations under `unknown/unknown`: they are no platform.
    package var isUnknown: Bool { os == "unknown" || architecture == "unknown" }

    /// Whether an image for the other platform is one for this: `arm64` and `arm64/v8` are the same.
    package func matches(_ other: OCIPlatform) -> Bool { normalized == other.normalized }

    private var normalized: OCIPlatform {
        var copy = self
        if architecture == "arm64", variant == "v8" { copy.variant = nil }
        if architecture == "amd64", variant == "v1" { copy.variant = nil }
        if architecture == "arm", variant == nil { copy.variant = "v7" }
        return copy
    }
}

extension OCIPlatform: CustomStringConvertible {
    package var description: String { "\(os)/\(architecture)" + (variant.map { "/" + $0 } ?? "") }
}

extension OCIPlatform: Comparable {
    package static func < (left: OCIPlatform, right: OCIPlatform) -> Bool { left.description < right.description }
}
