// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

/// An image to be read, in skopeo's words.
package enum ImageSource: Hashable, Sendable {
    /// Which of the images that lie together is meant.
    package enum Choice: Hashable, Sendable {
        /// The only one.
        case only
        /// The one of this tag or name.
        case named(String)
        case digest(Digest)
        /// Counted from 0.
        case number(Int)
    }

    /// What is read from front to back.
    package enum File: Hashable, Sendable {
        case path(FilePath)
        case standardInput
    }

    /// `oci:DIR[:TAG|@DIGEST]`
    case layout(FilePath, Choice)
    /// `oci-archive:FILE[:TAG|@DIGEST]`: such a directory as one tar file.
    case ociArchive(File, Choice)
    /// `docker-archive:FILE[:NAME[:TAG]|:@NUMBER]`: what `docker save` writes.
    case dockerArchive(File, Choice)
    /// `dir:ROOTFS`: an unpacked root file system.
    case directory(FilePath)
    /// `tar:FILE`: a root file system as a tar archive, compressed or not.
    case tar(File)
    /// A bare path, or `-`: what it is, is seen when it is opened.
    case found(File)
    /// `docker://NAME`, or a bare name: an image of a registry, which has to be pulled first.
    case registry(String)

    package static let transports = ["oci", "oci-archive", "docker-archive", "dir", "tar", "docker"]

    /// - Throws: `Problem` with code `image.source`, a usage mistake; `image.missing` for a bare path with nothing there.
    /// - Parameter directory: what relative paths are relative to; the working directory unless given.
    package init(parsing text: String, beside directory: FilePath = "") throws {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Self.fault(text, "it names nothing") }
        if text == "-" {
            self = .found(.standardInput)
        } else if let (transport, rest) = Self.transport(of: text) {
            self = try Self.source(transport, rest, in: text).moved(to: directory)
        } else {
            self = try Self.bare(text, directory)
        }
    }

    /// The same with relative paths below a directory.
    private func moved(to directory: FilePath) -> ImageSource {
        func moved(_ file: File) -> File {
            if case .path(let path) = file { .path(directory.pushing(path)) } else { file }
        }
        return switch self {
        case .layout(let path, let choice): .layout(directory.pushing(path), choice)
        case .ociArchive(let file, let choice): .ociArchive(moved(file), choice)
        case .dockerArchive(let file, let choice): .dockerArchive(moved(file), choice)
        case .directory(let path): .directory(directory.pushing(path))
        case .tar(let file): .tar(moved(file))
        case .found(let file): .found(moved(file))
        case .registry: self
        }
    }

    /// The known word before the first colon.
    private static func transport(of text: String) -> (name: String, rest: String)? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = String(text[..<colon])
        return transports.contains(name) ? (name, String(text[text.utf8.index(after: colon)...])) : nil
    }

    private static func source(_ transport: String, _ rest: String, in text: String) throws -> ImageSource {
        switch transport {
        case "oci":
            let (path, choice) = try split(rest, in: text)
            return .layout(try directory(path, in: text), choice)
        case "oci-archive":
            let (path, choice) = try split(rest, in: text)
            return .ociArchive(try file(path, in: text), choice)
        case "docker-archive":
            let (path, choice) = try split(rest, in: text)
            return .dockerArchive(try file(path, in: text), choice)
        case "dir": return .directory(try directory(rest, in: text))
        case "tar": return .tar(try file(rest, in: text))
        default: return try registry(rest, in: text)
        }
    }

    /// The path and what follows it: a tag behind the first colon, or a digest behind `@`.
    private static func split(_ rest: String, in text: String) throws -> (path: String, choice: Choice) {
        if let at = rest.lastIndex(of: "@"), rest[at...].hasPrefix("@sha256:") {
            guard let digest = Digest(parsing: rest[rest.index(after: at)...]) else {
                throw fault(text, "what follows the @ is no digest: sha256: and 64 hexadecimal digits")
            }
            let path = rest[..<at]
            return (String(path.last == ":" ? path.dropLast() : path), .digest(digest))
        }
        guard let colon = rest.utf8.firstIndex(of: UInt8(ascii: ":")) else { return (rest, .only) }
        let name = String(rest[rest.utf8.index(after: colon)...])
        guard !name.isEmpty else { throw fault(text, "the name behind the last colon is missing") }
        guard name.hasPrefix("@") else { return (String(rest[..<colon]), .named(name)) }
        guard let number = Int(name.dropFirst()), number >= 0 else {
            throw fault(text, "\"\(name)\" is not @ and the number of an image, counted from 0")
        }
        return (String(rest[..<colon]), .number(number))
    }

    private static func directory(_ path: String, in text: String) throws -> FilePath {
        guard !path.isEmpty else { throw fault(text, "it names no directory") }
        return FilePath(path)
    }

    private static func file(_ path: String, in text: String) throws -> File {
        guard !path.isEmpty else { throw fault(text, "it names no file") }
        return path == "-" ? .standardInput : .path(FilePath(path))
    }

    static func fault(_ text: String, _ why: String, hints: [String] = []) -> Problem {
        Problem(
            "image.source", "This does not say which image", at: text, why: why, hints: hints + [forms], kind: .usage)
    }

    private static let forms =
        "understood are a path, a name in a registry, - for the standard input, and "
        + "oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME], dir:ROOTFS, tar:FILE, docker://NAME"
}

// MARK: - Bare words

extension ImageSource {
    /// A path that is there, else the name of an image in a registry.
    private static func bare(_ text: String, _ directory: FilePath) throws -> ImageSource {
        let path = directory.pushing(FilePath(text))
        if HostFile.type(path) != nil { return .found(.path(path)) }
        if let first = text.first, "/.~".contains(first) {
            throw Problem("image.missing", "There is no image here", at: text, kind: .usage)
        }
        if let colon = text.firstIndex(of: ":"),
            HostFile.type(directory.pushing(FilePath(String(text[..<colon])))) != nil
        {
            throw fault(
                text, "there is a path \(text[..<colon])", hints: ["for an image and its tag write oci:\(text)"])
        }
        let found = try registry("//" + text, in: text)
        // A single word is rather a mistyped directory: nobody should be asked over the network for it.
        guard text.utf8.contains(where: { "/:@.".utf8.contains($0) }) else {
            throw Problem(
                "image.missing", "There is no image here", at: text, why: "there is no such file or directory",
                hints: ["for an image of a registry write \(found)"])
        }
        return found
    }

    /// Checks no more than what tells a name from something else: the registry's client knows the grammar.
    private static func registry(_ rest: String, in text: String) throws -> ImageSource {
        let name = rest.dropFirst(2)
        guard rest.hasPrefix("//"), let first = name.utf8.first, let last = name.utf8.last,
            isAlphanumeric(first) || first == UInt8(ascii: "["), isAlphanumeric(last),
            name.utf8.allSatisfy({ isAlphanumeric($0) || "._-/:@[]".utf8.contains($0) })
        else {
            let word = text.prefix { $0 != ":" }
            let nearest = nearestNames(to: String(word), among: transports).map { "did you mean \($0):?" }
            throw fault(text, "there is no such path, and no image in a registry has such a name", hints: nearest)
        }
        return .registry(String(name))
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}

extension ImageSource: CustomStringConvertible {
    package var description: String {
        switch self {
        case .layout(let path, let choice): "oci:\(path)\(choice)"
        case .ociArchive(let file, let choice): "oci-archive:\(file)\(choice)"
        case .dockerArchive(let file, let choice): "docker-archive:\(file)\(choice)"
        case .directory(let path): "dir:\(path)"
        case .tar(let file): "tar:\(file)"
        case .found(let file): "\(file)"
        case .registry(let name): "docker://\(name)"
        }
    }
}

extension ImageSource.Choice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .only: ""
        case .named(let name): ":\(name)"
        case .digest(let digest): "@\(digest)"
        case .number(let number): ":@\(number)"
        }
    }
}

extension ImageSource.File: CustomStringConvertible {
    package var description: String {
        switch self {
        case .path(let path): path.string
        case .standardInput: "-"
        }
    }
}

extension ImageDestination {
    /// The same place, to be read.
    package var source: ImageSource {
        switch self {
        case .layout(let path, let tag): .layout(path, tag.map { .named($0) } ?? .only)
        case .ociArchive(let path, let tag): .ociArchive(.path(path), tag.map { .named($0) } ?? .only)
        case .dockerArchive(let path, let name): .dockerArchive(.path(path), name.map { .named($0) } ?? .only)
        }
    }
}
