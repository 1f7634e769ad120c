// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthPackages

/// Reads one package of a compiled index.
struct ApkRecordReader {
    private let layout: TableLayout
    private let start: Int

    init(_ layout: TableLayout, _ package: ApkReference) {
        self.layout = layout
        start = Int(package.number) * ApkPackageWord.count
    }

    func record(in bytes: borrowing Span<UInt8>) throws(Problem) -> ApkRecord {
        var record = ApkRecord(
            name: try text(ApkPackageWord.name, bytes), version: try text(ApkPackageWord.version, bytes))
        record.architecture = try text(ApkPackageWord.architecture, bytes)
        record.checksum = try checksum(bytes)
        record.size = ByteCount(try number(ApkPackageWord.size, bytes))
        record.installedSize = ByteCount(try number(ApkPackageWord.installedSize, bytes))
        record.summary = try text(ApkPackageWord.summary, bytes)
        record.url = try text(ApkPackageWord.url, bytes)
        record.license = try text(ApkPackageWord.license, bytes)
        record.origin = try text(ApkPackageWord.origin, bytes)
        record.maintainer = try text(ApkPackageWord.maintainer, bytes)
        record.buildTime = try number(ApkPackageWord.buildTime, bytes)
        record.commit = try text(ApkPackageWord.commit, bytes)
        record.providerPriority = try number(ApkPackageWord.providerPriority, bytes)
        record.depends = try relations(.depends, in: bytes).map(\.description)
        record.provides = try relations(.provides, in: bytes).map(\.description)
        record.installIf = try relations(.installIf, in: bytes).map(\.description)
        return record
    }

    func relations(_ kind: ApkRelation, in bytes: borrowing Span<UInt8>) throws(Problem) -> [ApkAtom] {
        var position = Int(try word(ApkPackageWord.relations, bytes))
        let end = position + Int(try word(ApkPackageWord.relationCount, bytes))
        while position < end {
            let head = try layout.word(position, in: ApkIndexFormat.Section.relations.rawValue, of: bytes)
            let next = position + 1 + Int(head & 0xff_ffff)
            guard next <= end else { throw damaged("the relations of a package cannot be") }
            if head >> 24 == UInt32(kind.rawValue) { return try atoms(position + 1, next, bytes) }
            position = next
        }
        return []
    }

    private func atoms(_ start: Int, _ end: Int, _ bytes: borrowing Span<UInt8>) throws(Problem) -> [ApkAtom] {
        guard (end - start) % 2 == 0 else { throw damaged("the relations of a package cannot be") }
        var atoms: [ApkAtom] = []
        for position in stride(from: start, to: end, by: 2) {
            let section = ApkIndexFormat.Section.relations.rawValue
            let name = try layout.word(position, in: section, of: bytes)
            let version = try layout.word(position + 1, in: section, of: bytes)
            atoms.append(
                ApkAtom(
                    name: try layout.text(name & ApkIndexFormat.stringMask, in: bytes),
                    isConflict: name & ApkIndexFormat.conflict != 0, isOpaque: name & ApkIndexFormat.opaque != 0,
                    comparison: ApkOperator.text(version >> ApkIndexFormat.operatorShift),
                    version: try layout.text(version & ApkIndexFormat.stringMask, in: bytes)))
        }
        return atoms
    }

    private func checksum(_ bytes: borrowing Span<UInt8>) throws(Problem) -> ApkChecksum? {
        var result: [UInt8] = []
        for index in 0..<5 {
            let word = try word(ApkPackageWord.checksum + index, bytes)
            for shift in [UInt32(24), 16, 8, 0] { result.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return ApkChecksum(bytes: result)
    }

    private func number(_ index: Int, _ bytes: borrowing Span<UInt8>) throws(Problem) -> Int64 {
        let value = UInt64(try word(index, bytes)) | UInt64(try word(index + 1, bytes)) << 32
        guard let number = Int64(exactly: value) else { throw damaged("a number of a package cannot be") }
        return number
    }

    private func word(_ index: Int, _ bytes: borrowing Span<UInt8>) throws(Problem) -> UInt32 {
        try layout.word(start + index, in: ApkIndexFormat.Section.packages.rawValue, of: bytes)
    }

    private func text(_ index: Int, _ bytes: borrowing Span<UInt8>) throws(Problem) -> String {
        try layout.text(try word(index, bytes), in: bytes)
    }
}
