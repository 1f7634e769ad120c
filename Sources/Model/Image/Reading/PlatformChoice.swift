// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import PlinthOCI

extension StoredImage {
    /// The part for a platform.
    /// - Parameters:
    ///   - wanted: what a person asked for; nil takes the only one, or the one for `host`.
    ///   - host: the platform of this machine.
    /// - Throws: `image.noSuchPlatform` with what there is, a usage mistake.
    package func platform(_ wanted: OCIPlatform? = nil, host: OCIPlatform) throws -> Platform {
        if wanted == nil, platforms.count == 1 { return platforms[0] }
        if let found = best(wanted ?? host) { return found }
        let names = platforms.map { "\($0.platform)" }
        throw Problem(
            "image.noSuchPlatform", "The image is not for this platform", at: place,
            why: "there is none for \(wanted ?? host)",
            hints: ["there is " + names.prefix(20).joined(separator: ", "), "choose one with --platform"], kind: .usage)
    }

    /// Exactly that one, else one that its processors also run: an older variant, the newest first.
    private func best(_ wanted: OCIPlatform) -> Platform? {
        if let exact = platforms.first(where: { $0.platform.matches(wanted) }) { return exact }
        let others = platforms.filter {
            $0.platform.os == wanted.os && $0.platform.architecture == wanted.architecture
        }
        guard wanted.variant != nil else { return others.count == 1 ? others[0] : nil }
        let older = others.filter { ($0.platform.variant ?? "") < (wanted.variant ?? "") }
        return older.max { ($0.platform.variant ?? "") < ($1.platform.variant ?? "") }
    }
}

extension OCIPlatform {
    /// Reads `--platform`: `linux/arm64`, `linux/arm/v7`, `windows/amd64`, or a processor's name as Debian has it.
    /// - Throws: `image.platform`, a usage mistake.
    package init(choice text: String) throws {
        if let known = OCIPlatform(parsing: text) {
            self = known
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) }
        }
        guard isName, parts.count == 2 || parts.count == 3 else {
            throw Problem(
                "image.platform", "This is not a platform", at: text,
                hints: ["write it as linux/arm64 or linux/arm/v7"], kind: .usage)
        }
        self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
    }
}
