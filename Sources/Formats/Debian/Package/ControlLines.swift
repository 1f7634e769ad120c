// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// The small line formats of control archives.
enum ControlLines {
    /// `<32 hex digits>  <path>`, or `<digits> *<path>`.
    static func md5sums(_ bytes: [UInt8]) throws(ControlFault) -> [DebControl.Checksum] {
        var result: [DebControl.Checksum] = []
        for line in lines(bytes) {
            let name = line.dropFirst(34)
            guard line.count > 34, line.prefix(32).allSatisfy({ hexValue($0) != nil }),
                line[line.startIndex + 32] == space,
                line[line.startIndex + 33] == space || line[line.startIndex + 33] == UInt8(ascii: "*"),
                let path = try? TreePath(archiveName: Array(name)), !path.isRoot
            else { throw fault("md5sums", line) }
            let md5 = asciiLowercased(String(decoding: line.prefix(32), as: UTF8.self))
            result.append(DebControl.Checksum(path: path, md5: md5))
        }
        return result
    }

    /// An absolute path, perhaps after `remove-on-upgrade`. See deb-conffiles(5).
    static func conffiles(_ bytes: [UInt8]) throws(ControlFault) -> [DebControl.Conffile] {
        var result: [DebControl.Conffile] = []
        for line in lines(bytes) {
            let flag = Array("remove-on-upgrade".utf8)
            let isFlagged =
                line.starts(with: flag) && line.count > flag.count && isBlank(line[line.startIndex + flag.count])
            let name = isFlagged ? trimmed(line.dropFirst(flag.count)) : line
            guard name.first == UInt8(ascii: "/"), let path = try? TreePath(archiveName: Array(name)), !path.isRoot
            else { throw fault("conffiles", line) }
            result.append(DebControl.Conffile(path: path, isRemovedOnUpgrade: isFlagged))
        }
        return result
    }

    /// A directive and a name; `#` begins a comment. See deb-triggers(5).
    static func triggers(_ bytes: [UInt8]) throws(ControlFault) -> [DebControl.Trigger] {
        var result: [DebControl.Trigger] = []
        for line in lines(bytes) {
            let words = line.prefix { $0 != UInt8(ascii: "#") }.split(whereSeparator: isBlank)
            if words.isEmpty { continue }
            guard words.count == 2 else { throw fault("triggers", line) }
            let parts = words.map { String(decoding: $0, as: UTF8.self) }
            result.append(DebControl.Trigger(directive: parts[0], name: parts[1]))
        }
        return result
    }

    /// The lines that are not blank, without blanks at their ends.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: newline).compactMap { line in
            guard let last = line.lastIndex(where: { !isBlank($0) }) else { return nil }
            return line[...last]
        }
    }

    private static func fault(_ file: String, _ line: ArraySlice<UInt8>) -> ControlFault {
        ControlFault(file, "a line cannot be “\(String(decoding: line.prefix(120), as: UTF8.self))”")
    }
}
