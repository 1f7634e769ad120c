// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file without a name that holds what cannot be read twice; gone with the last reference, even when we are killed.
final class ScratchFile: Sendable {
    private let file: FileDescriptor
    /// Leads to the file for as long as this object lives.
    let path: FilePath
    private let hasName: Bool

    /// Copies a source to its end.
    /// - Throws: `file.write`, and what the source throws.
    init(_ source: any ByteSource, in directory: FilePath) throws {
        var template = directory.appending("plinth-XXXXXX").withPlatformString {
            Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
        }
        let number = mkstemp(&template)
        guard number >= 0 else { throw HostFile.writing(directory, errno) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        file = FileDescriptor(rawValue: number)
        let name = FilePath(platformString: template)
        let link = FilePath("/dev/fd/\(number)")
        hasName = HostFile.type(link) != .regular
        path = hasName ? name : link
        if !hasName { HostFile.remove(name) }
        try fill(source, directory)
    }

    deinit {
        if hasName { HostFile.remove(path) }
        try? file.close()
    }

    private func fill(_ source: any ByteSource, _ directory: FilePath) throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            try Task.checkCancellation()
            var span = buffer.mutableSpan
            let count = try source.readFully(into: &span)
            if count == 0 { return }
            do {
                _ = try buffer[..<count].withUnsafeBytes { try file.writeAll($0) }
            } catch {
                throw Problem("file.write", "Cannot write a file", at: directory.string, why: "\(error)", cause: error)
            }
        }
    }
}

/// The standard input, from front to back.
final class StandardInput: ByteSource {
    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        do {
            return try buffer.withUnsafeMutableBufferPointer {
                try FileDescriptor.standardInput.read(into: UnsafeMutableRawBufferPointer($0))
            }
        } catch {
            throw Problem("file.read", "Cannot read the standard input", why: "\(error)", cause: error)
        }
    }
}

/// A file of the machine, or one that was made from it for reading here and there.
struct OpenedArchive {
    let path: FilePath
    /// What it is called for people.
    let place: String
    let scratch: ScratchFile?

    /// Standard input is copied to a file, and so is a compressed archive whose parts must be found.
    /// - Parameter seekable: whether parts of it must be found; else compression is left as it is.
    /// - Throws: `image.missing`, `archive.*`, `file.*`.
    init(_ file: ImageSource.File, seekable: Bool, scratch directory: FilePath) throws {
        switch file {
        case .path(let path):
            self = try Self.onDisk(path, place: path.string, nil, seekable: seekable, directory)
        case .standardInput:
            let copy = try ScratchFile(StandardInput(), in: directory)
            self = try Self.onDisk(copy.path, place: "standard input", copy, seekable: seekable, directory)
        }
    }

    private init(path: FilePath, place: String, scratch: ScratchFile?) {
        self.path = path
        self.place = place
        self.scratch = scratch
    }

    private static func onDisk(
        _ path: FilePath, place: String, _ scratch: ScratchFile?, seekable: Bool, _ directory: FilePath
    ) throws -> OpenedArchive {
        guard let type = HostFile.type(path) else {
            throw Problem("image.missing", "There is no image here", at: place)
        }
        guard type != .directory else {
            throw Problem(
                "image.notFile", "An image's archive is a file", at: place, why: "this is a directory",
                hints: ["for a layout write oci:\(place), for a root file system dir:\(place)"], kind: .usage)
        }
        guard type == .regular else {
            // A pipe or a device: it can be read once.
            let copy = try ScratchFile(PipeSource(path), in: directory)
            return try onDisk(copy.path, place: place, copy, seekable: seekable, directory)
        }
        let archive = OpenedArchive(path: path, place: place, scratch: scratch)
        return seekable ? try archive.seekable(scratch: directory) : archive
    }

    /// The archive itself, or its uncompressed copy.
    /// - Throws: `archive.*`, `file.*`.
    func seekable(scratch directory: FilePath) throws -> OpenedArchive {
        let compression = Compression.detect(try FileSource(path, length: 16).readAll(limit: 16))
        if compression == .none { return self }
        let limit = LayerLimits().unpacked(from: HostFile.size(path) ?? 0)
        do {
            let unpacked = try Decompressor(FileSource(path), compression, limit: limit)
            let copy = try ScratchFile(unpacked, in: directory)
            return OpenedArchive(path: copy.path, place: place, scratch: copy)
        } catch let problem as Problem { throw problem.at(place) }
    }
}

/// A file that has no positions, read from front to back.
private final class PipeSource: ByteSource {
    private let file: FileDescriptor
    private let path: FilePath

    init(_ path: FilePath) throws {
        file = try HostFile.open(path)
        self.path = path
    }

    deinit { try? file.close() }

    func read(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        do {
            return try buffer.withUnsafeMutableBufferPointer {
                try file.read(into: UnsafeMutableRawBufferPointer($0))
            }
        } catch {
            throw Problem("file.read", "Cannot read a file", at: path.string, why: "\(error)", cause: error)
        }
    }
}
