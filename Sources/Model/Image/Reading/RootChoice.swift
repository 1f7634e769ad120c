// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI

/// Chooses one of the images that a layout lists.
struct RootChoice {
    private let images: [Descriptor]
    private let place: String

    init(_ all: [Descriptor], place: String) {
        images = all.filter {
            !$0.isArtifact && ($0.mediaType.isIndex || $0.mediaType.isManifest || OldSchema.names($0))
        }
        self.place = place
    }

    /// Whether the layout's list is itself the index of one image, as some tools write it: manifests without names, each
    /// for another platform.
    var isOneImage: Bool {
        let platforms = images.compactMap(\.platform).filter { !$0.isUnknown }
        let areNameless = images.allSatisfy { $0.mediaType.isManifest && $0.referenceName == nil }
        return images.count > 1 && areNameless && platforms.count == images.count
            && Set(platforms.map(\.description)).count == images.count
    }

    /// - Throws: `image.noSuchTag`, `image.ambiguous`, `image.notImage`.
    func choose(_ choice: ImageSource.Choice) throws -> Descriptor {
        switch choice {
        case .only: try only()
        case .named(let name): try named(name)
        case .digest(let digest):
            try images.first { $0.digest == digest } ?? missing("no \(digest)", images.map { "\($0.digest)" })
        case .number(let number):
            try images.indices.contains(number) ? images[number] : missing("there are \(images.count)", [])
        }
    }

    /// By its tag, or by the whole name that containerd writes.
    private func named(_ name: String) throws -> Descriptor {
        if let found = images.first(where: { $0.referenceName == name }) { return found }
        let wanted = DockerName.familiar(name)
        let byName = images.filter {
            ($0.annotations?[AnnotationName.containerdName]).map(DockerName.familiar) == wanted
        }
        if byName.count == 1 { return byName[0] }
        let names = images.compactMap(\.referenceName)
        let nearest = nearestNames(to: name, among: names)
        throw Problem(
            "image.noSuchTag", "There is no image of this tag", at: place, why: "no \(name)",
            hints: nearest.isEmpty ? Self.list(names) : ["did you mean \(nearest.joined(separator: " or "))?"])
    }

    private func missing(_ why: String, _ names: [String]) throws -> Descriptor {
        throw Problem("image.noSuchTag", "There is no such image", at: place, why: why, hints: Self.list(names))
    }

    /// The only one, or the only one without a tag.
    private func only() throws -> Descriptor {
        let names = images.compactMap(\.referenceName)
        if images.count == 1 { return images[0] }
        if let nameless = images.first(where: { $0.referenceName == nil }), names.count == images.count - 1 {
            return nameless
        }
        throw Problem(
            images.isEmpty ? "image.notImage" : "image.ambiguous",
            images.isEmpty ? "There is no image here" : "There are several images here", at: place,
            hints: images.isEmpty ? [] : ["say which, as in oci:DIR:TAG"] + Self.list(names))
    }

    private static func list(_ names: [String]) -> [String] {
        names.isEmpty ? [] : ["there is " + names.prefix(8).joined(separator: ", ")]
    }
}
