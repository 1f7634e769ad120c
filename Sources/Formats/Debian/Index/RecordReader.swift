// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages

/// Reads the record of one package.
struct RecordReader {
    private let layout: IndexLayout
    private let start: Int

    init(_ layout: IndexLayout, _ package: PackageRef) {
        self.layout = layout
        start = Int(package.number) * PackageWord.count
    }

    func record(in bytes: borrowing Span<UInt8>) throws(Problem) -> PackageRecord {
        let flags = try word(PackageWord.flags, bytes)
        guard let multiArch = MultiArch(rawValue: UInt8(flags & PackageFlags.multiArchMask)),
            let priority = Priority(rawValue: UInt8(flags >> PackageFlags.priorityShift & PackageFlags.priorityMask))
        else { throw damaged("the flags of a package cannot be") }
        return PackageRecord(
            name: try string(PackageWord.name, bytes), version: try string(PackageWord.version, bytes),
            architecture: try string(PackageWord.architecture, bytes),
            source: try string(PackageWord.source, bytes),
            sourceVersion: try string(PackageWord.sourceVersion, bytes), multiArch: multiArch,
            isEssential: flags & PackageFlags.essential != 0, isProtected: flags & PackageFlags.protected != 0,
            priority: priority, section: try string(PackageWord.section, bytes),
            installedSize: ByteCount(Int64(try word(PackageWord.installedSize, bytes)) * 1024),
            relations: try relations(bytes), location: try location(bytes))
    }

    private func location(_ bytes: borrowing Span<UInt8>) throws(Problem) -> PackageLocation {
        let low = UInt64(try word(PackageWord.sizeLow, bytes))
        let high = UInt64(try word(PackageWord.sizeHigh, bytes))
        var digestBytes: [UInt8] = []
        digestBytes.reserveCapacity(32)
        for index in 0..<8 {
            let word = try word(PackageWord.digest + index, bytes)
            for shift in [UInt32(24), 16, 8, 0] { digestBytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        guard let size = Int64(exactly: high << 32 | low), let digest = Digest(bytes: digestBytes) else {
            throw damaged("the size of a package cannot be")
        }
        return PackageLocation(path: try string(PackageWord.path, bytes), size: ByteCount(size), digest: digest)
    }

    private func relations(_ bytes: borrowing Span<UInt8>) throws(Problem) -> [RelationKind: [RequirementGroup]] {
        var result: [RelationKind: [RequirementGroup]] = [:]
        var position = Int(try word(PackageWord.relations, bytes))
        let end = position + Int(try word(PackageWord.relationCount, bytes))
        while position < end {
            let head = try layout.word(position, in: .relations, of: bytes)
            let next = position + 1 + Int(head & 0xff_ffff)
            guard let kind = RelationKind(rawValue: UInt8(head >> 24)), next <= end else {
                throw damaged("the relations of a package cannot be")
            }
            result[kind] = try groups(position + 1, next, bytes)
            position = next
        }
        return result
    }

    private func groups(
        _ start: Int, _ end: Int, _ bytes: borrowing Span<UInt8>
    ) throws(Problem) -> [RequirementGroup] {
        var groups: [RequirementGroup] = []
        var alternatives: [Requirement] = []
        var position = start
        while position < end {
            let name = try layout.word(position, in: .relations, of: bytes)
            let version = try layout.word(position + 1, in: .relations, of: bytes)
            guard let comparison = VersionOperator(rawValue: UInt8(version >> 28 & 7)) else {
                throw damaged("a comparison cannot be")
            }
            var requirement = Requirement(
                name: try layout.text(name & ~IndexFormat.hasArchitecture, in: bytes), comparison: comparison,
                version: try layout.text(version & IndexFormat.stringMask, in: bytes))
            position += 2
            if name & IndexFormat.hasArchitecture != 0 {
                let architecture = try layout.word(position, in: .relations, of: bytes)
                requirement.architecture = try layout.text(architecture, in: bytes)
                position += 1
            }
            alternatives.append(requirement)
            if version & IndexFormat.endsGroup != 0 {
                groups.append(RequirementGroup(alternatives: alternatives))
                alternatives.removeAll(keepingCapacity: true)
            }
        }
        return groups
    }

    private func word(_ index: Int, _ bytes: borrowing Span<UInt8>) throws(Problem) -> UInt32 {
        try layout.word(start + index, in: .packages, of: bytes)
    }

    private func string(_ index: Int, _ bytes: borrowing Span<UInt8>) throws(Problem) -> String {
        try layout.text(try word(index, bytes), in: bytes)
    }
}
