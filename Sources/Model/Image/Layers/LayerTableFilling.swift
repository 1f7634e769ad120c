// SPDX-License-Identifier: Apache-2.0
import PlinthArchive
import PlinthCore

extension LayerTable {
    /// Takes in an entry; nil for one that means nothing, such as what aufs keeps beside the files.
    /// - Parameter literally: names that begin with `.wh.` are names, as in a root file system that is no layer.
    /// - Returns: the number of its record.
    /// - Throws: `layer.leavesTree`, `layer.name`, `layer.whiteout`, `layer.link`.
    mutating func append(_ entry: TarEntry, literally: Bool) throws -> Int? {
        let start = names.count
        let meaning: LayerName.Meaning
        do {
            try LayerName.append(entry.name, to: &names)
            meaning = literally ? .entry : try LayerName.interpret(&names, from: start)
        } catch { throw problem(error, entry.name) }
        if meaning == .metadata {
            names.removeSubrange(start...)
            return nil
        }
        var record = LayerRecord(kind: meaning == .entry ? Self.kind(entry.kind) : Self.kind(meaning))
        record.pathStart = UInt32(start)
        record.pathLength = UInt16(names.count - start)
        if meaning == .entry { try fill(&record, from: entry) }
        records.append(record)
        return records.count - 1
    }

    private mutating func fill(_ record: inout LayerRecord, from entry: TarEntry) throws {
        guard record.pathLength > 0 || record.kind == .directory else { throw problem(.badWhiteout, entry.name) }
        record.mode = entry.mode
        record.user = entry.user
        record.group = entry.group
        record.modified = entry.modified
        record.size = entry.size
        if record.kind == .characterDevice || record.kind == .blockDevice {
            record.size = Int64(entry.deviceMajor) << 32 | Int64(entry.deviceMinor)
        }
        if record.kind == .symlink || record.kind == .hardLink { try setTarget(of: &record, to: entry) }
        if !entry.attributes.isEmpty {
            record.attributes = Int32(attributes.count)
            attributes.append(entry.attributes)
        }
    }

    /// A hard link's target is a path of the image, a symbolic link's is data.
    private mutating func setTarget(of record: inout LayerRecord, to entry: TarEntry) throws {
        let start = names.count
        guard entry.linkTarget.count < LayerName.pathLimit else { throw problem(.tooLong, entry.name) }
        if record.kind == .symlink {
            names += entry.linkTarget
        } else {
            do {
                try LayerName.append(entry.linkTarget, to: &names)
            } catch { throw problem(error, entry.linkTarget) }
        }
        record.targetStart = UInt32(start)
        record.targetLength = UInt16(names.count - start)
    }

    private static func kind(_ kind: TarEntry.Kind) -> LayerRecord.Kind {
        switch kind {
        case .file: .file
        case .hardLink: .hardLink
        case .symlink: .symlink
        case .characterDevice: .characterDevice
        case .blockDevice: .blockDevice
        case .directory: .directory
        case .fifo: .fifo
        }
    }

    private static func kind(_ meaning: LayerName.Meaning) -> LayerRecord.Kind {
        meaning == .opaque ? .opaque : .whiteout
    }

    private func problem(_ fault: LayerName.Fault, _ name: [UInt8]) -> Problem {
        let why = "the name is \(shown(name.prefix(200)))"
        return switch fault {
        case .leavesTree: Problem("layer.leavesTree", "An entry of a layer would leave the image", at: place, why: why)
        case .tooLong: Problem("layer.name", "A name in a layer is too long for any file system", at: place, why: why)
        case .badWhiteout: Problem("layer.name", "An entry of a layer has an impossible name", at: place, why: why)
        }
    }
}
