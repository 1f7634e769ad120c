// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthReports
import PlinthSBOM
import SystemPackage

extension ImageSettings {
    /// The same on top of a base's: what the recipe leaves open is as the base has it.
    ///
    /// As in a Dockerfile a new entrypoint drops the base's command.
    func upon(_ base: RuntimeConfig?) -> ImageSettings {
        guard let base else { return self }
        var copy = self
        if entrypoint.isEmpty {
            copy.entrypoint = base.entrypoint
            copy.command = command.isEmpty ? base.command : command
        }
        let inherited = base.environment.map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        for parts in inherited where environment[String(parts[0])] == nil {
            copy.environment[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        copy.user = user ?? base.user.flatMap { $0.isEmpty ? nil : $0 }
        copy.workingDirectory = workingDirectory ?? base.workingDirectory
        copy.stopSignal = stopSignal ?? base.stopSignal
        copy.labels = base.labels.merging(labels) { $1 }
        copy.volumes = Set(base.volumes + volumes).sorted()
        copy.ports = Set(base.exposedPorts + ports).sorted()
        return copy
    }
}

extension BaseImage {
    /// Its layers, as an OCI manifest names them.
    var layers: [Descriptor] {
        (platform.manifest?.layers ?? []).map { layer in
            var copy = layer
            copy.mediaType = layer.mediaType.ofOCI
            return copy
        }
    }

    /// Its layers, ready for a destination.
    /// - Parameter unpackedIn: a directory for unpacked layers, which only Docker's archive needs.
    /// - Throws: as `StoredImage.outgoing`.
    func outgoing(unpackedIn scratch: FilePath?) throws -> OutgoingImage {
        var outgoing = try image.outgoing(platform, unpackedIn: scratch)
        for (place, layer) in zip(outgoing.platforms[0].layers.indices, layers) {
            outgoing.platforms[0].layers[place].blob.descriptor = layer
        }
        return outgoing
    }

    /// What an image that stands on it says of it (OCI image-spec v1.1, annotations.md).
    var annotations: [String: String] {
        var annotations = [AnnotationName.baseDigest: "\(manifest)"]
        annotations[AnnotationName.baseName] = reference
        return annotations
    }

    /// As the bill of materials tells it.
    var component: FileComponent { FileComponent(name: "/", source: name, digest: manifest, kind: .image) }

    /// - Parameter packages: how many its database names.
    func report(packages: Int) -> BaseReport {
        BaseReport(
            name: name, digest: manifest, layers: layers.count,
            size: ByteCount(layers.reduce(0) { $0 + max(0, $1.size) }), packages: packages)
    }

    /// What the layers were made by; as many entries as there are layers, and those of no layer.
    var history: [ImageConfig.HistoryEntry] {
        let entries = platform.config.history ?? []
        if entries.count(where: { $0.emptyLayer != true }) == layers.count { return entries }
        return layers.map { _ in .init(createdBy: "base \(manifest)") }
    }
}

extension MediaType {
    /// Docker's name of a layer as OCI has it: the bytes are the same.
    fileprivate var ofOCI: MediaType {
        switch self {
        case .dockerLayer: .layer
        case .dockerLayerGzip: .layerGzip
        default: self
        }
    }
}
