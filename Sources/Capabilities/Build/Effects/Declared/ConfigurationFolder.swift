// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthSystemd

/// The files of `sysusers.d` or `tmpfiles.d` in an image, in the order in which they are read: by name, whatever their
/// folder; of several with one name that in `etc` counts, and a link to `/dev/null` means none.
struct ConfigurationFolder {
    let files: [TreePath]

    init(_ name: String, in tree: FileTree) {
        var found: [[UInt8]: TreePath] = [:]
        for folder in ["usr/lib", "usr/local/lib", "etc"] {
            guard let path = TreePath(text: "\(folder)/\(name)"), let place = tree.resolve(path) else { continue }
            for file in tree.children(of: place) where file.name.suffix(5).elementsEqual(".conf".utf8) {
                found[Array(file.name)] = file
            }
        }
        files = found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// Reads every file. Lines that cannot be used are noted, at most twenty.
    func lines<Line>(
        in tree: FileTree, _ edit: inout TreeEdit, _ parse: ([UInt8]) -> ConfigurationLines<Line>
    ) throws -> [Line] {
        var lines: [Line] = []
        var faults: [String] = []
        for file in files {
            guard let place = tree.resolve(file), let node = tree[place], case .file(let size) = node.kind else {
                continue
            }
            guard size <= 1 << 20, lines.count < Self.most else {
                faults.append("/\(file) was not read: it is too long")
                continue
            }
            let read = parse(try tree.contents(place))
            lines += read.lines
            faults += Self.told(read.faults, of: file)
        }
        for fault in faults.prefix(20) { edit.note(fault) }
        if faults.count > 20 { edit.note("and \(faults.count - 20) more lines were passed over") }
        return lines
    }

    /// One sentence for each reason, with the numbers of its lines.
    private static func told(_ faults: [ConfigurationFault], of file: TreePath) -> [String] {
        var lines: [String: [Int]] = [:]
        var reasons: [String] = []
        for fault in faults {
            let reason = "\(fault.reason)"
            if lines[reason] == nil { reasons.append(reason) }
            lines[reason, default: []].append(fault.line)
        }
        return reasons.map { reason in
            let numbers = lines[reason] ?? []
            let first = numbers.prefix(8).map { "\($0)" }.joined(separator: ", ")
            let more = numbers.count > 8 ? " and \(numbers.count - 8) more" : ""
            return "/\(file) line \(first)\(more) passed over: \(reason)"
        }
    }

    private static let most = 8192
}

extension Specifiers {
    /// With what the image's os-release says.
    init(in tree: FileTree) {
        var release: [String: String] = [:]
        let paths = [TreePath("etc/os-release"), TreePath("usr/lib/os-release")]
        let bytes = paths.lazy.compactMap { try? tree.contents($0) }.first ?? []
        for line in String(decoding: bytes.prefix(1 << 16), as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            release[String(parts[0])] = parts[1].filter { $0 != "\"" && $0 != "'" }
        }
        self.init(release: release)
    }
}
