// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

/// A place for an image on this machine, in skopeo's words.
package enum ImageDestination: Hashable, Sendable {
    /// `oci:DIR[:TAG]`, or a bare path: a directory that may hold several images.
    case layout(FilePath, tag: String?)
    /// `oci-archive:FILE[:TAG]`: such a directory as one tar file.
    case ociArchive(FilePath, tag: String?)
    /// `docker-archive:FILE[:REFERENCE]`: what `docker load` reads.
    case dockerArchive(FilePath, reference: String?)

    package static let transports = ["oci", "oci-archive", "docker-archive"]
    /// Known to others, not yet to us.
    private static let foreign = ["docker", "docker-daemon", "containers-storage", "registry", "podman"]

    /// The path of an archive that goes to the standard output.
    static let standardOutput: FilePath = "-"

    /// - Parameter isPiped: whether archives may go to the standard output, as `oci-archive:-`.
    /// - Throws: `Problem` with code `image.destination`, a usage mistake.
    package init(parsing text: String, isPiped: Bool = false) throws {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            if text == "-" { throw Self.notPiped(text) }
            self = .layout(try Self.path(text, in: text), tag: nil)
            return
        }
        let transport = String(text[..<colon])
        // A colon behind a slash or a dot belongs to a path, such as ./a:b.
        if transport.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }) {
            throw Self.ambiguous(text)
        }
        let rest = text[text.utf8.index(after: colon)...]
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts.count == 2 ? parts[1] : nil
        switch transport {
        case "oci": self = .layout(try Self.path(parts[0], in: text), tag: try Self.tag(name, in: text))
        case "oci-archive": self = .ociArchive(try Self.path(parts[0], in: text), tag: try Self.tag(name, in: text))
        case "docker-archive":
            self = .dockerArchive(try Self.path(parts[0], in: text), reference: try Self.reference(name, in: text))
        default: throw Self.unknown(transport, in: text)
        }
        if path == Self.standardOutput, !isPiped || transport == "oci" { throw Self.notPiped(text) }
    }

    /// The directory or file.
    package var path: FilePath {
        switch self {
        case .layout(let path, _), .ociArchive(let path, _), .dockerArchive(let path, _): path
        }
    }

    private static func path(_ text: String, in whole: String) throws -> FilePath {
        let path = FilePath(text)
        guard !text.isEmpty, !text.utf8.contains(0) else { throw fault(whole, "it names no file or directory") }
        return path
    }

    private static func notPiped(_ text: String) -> Problem {
        fault(
            text, "an image does not go to the standard output this way",
            hints: ["`plinth copy IMAGE docker-archive:-` and `oci-archive:-` write there"])
    }

    private static func unknown(_ transport: String, in text: String) -> Problem {
        if FilesDestination.transports.contains(transport) {
            return fault(
                text, "\(transport): holds the files of an image, not the image",
                hints: ["make the image first, then `plinth copy IMAGE \(text)`", forms])
        }
        if foreign.contains(transport) {
            return fault(text, "the transport \(transport) is not supported in this version", hints: [forms])
        }
        let nearest = nearestNames(to: transport, among: transports).map { "did you mean \($0)?" }
        let layout = transport.isEmpty ? [] : ["for a directory and a tag write oci:\(text)"]
        return fault(text, "there is no transport \(transport)", hints: nearest + layout + [forms])
    }

    private static func ambiguous(_ text: String) -> Problem {
        fault(
            text, "a path with a colon needs a transport",
            hints: ["for a directory and a tag write oci:\(text)", forms])
    }

    static func fault(_ text: String, _ why: String, hints: [String] = []) -> Problem {
        Problem(
            "image.destination", "This does not say where an image is", at: text, why: why, hints: hints, kind: .usage)
    }

    private static let forms = "oci:DIR[:TAG], oci-archive:FILE[:TAG] and docker-archive:FILE[:NAME] are understood"
}

extension ImageDestination: CustomStringConvertible {
    package var description: String {
        switch self {
        case .layout(let path, let tag): "oci:\(path)" + (tag.map { ":" + $0 } ?? "")
        case .ociArchive(let path, let tag): "oci-archive:\(path)" + (tag.map { ":" + $0 } ?? "")
        case .dockerArchive(let path, let name): "docker-archive:\(path)" + (name.map { ":" + $0 } ?? "")
        }
    }
}
