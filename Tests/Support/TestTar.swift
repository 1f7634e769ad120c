// SPDX-License-Identifier: Apache-2.0

/// A file of a package or tree made for a test.
package struct TestFile: Sendable {
    package enum Kind: Sendable, Equatable {
        case file([UInt8])
        case directory
        case symlink(String)
        /// The path within the archive that it shares its content with.
        case hardLink(String)
        case characterDevice(major: Int, minor: Int)
        case fifo
    }

    /// Relative to the root, without `./`.
    package var path: String
    package var kind: Kind
    package var mode: UInt16
    package var user: Int
    package var group: Int
    package var userName: String
    package var groupName: String
    /// Seconds since 1970.
    package var modified: Int64
    /// The name as it stands in the archive, when it shall not be `./path`.
    package var archiveName: String?

    package init(
        _ path: String, _ kind: Kind, mode: UInt16? = nil, user: Int = 0, group: Int = 0, userName: String = "root",
        groupName: String = "root", modified: Int64 = 1_700_000_000, archiveName: String? = nil
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode ?? (kind == .directory ? 0o755 : 0o644)
        self.user = user
        self.group = group
        self.userName = userName
        self.groupName = groupName
        self.modified = modified
        self.archiveName = archiveName
    }

    package static func file(_ path: String, _ text: String, mode: UInt16 = 0o644) -> TestFile {
        TestFile(path, .file(Array(text.utf8)), mode: mode)
    }

    package static func directory(_ path: String, mode: UInt16 = 0o755) -> TestFile {
        TestFile(path, .directory, mode: mode)
    }

    package static func symlink(_ path: String, to target: String) -> TestFile {
        TestFile(path, .symlink(target), mode: 0o777)
    }

    package static func hardLink(_ path: String, to target: String) -> TestFile { TestFile(path, .hardLink(target)) }
}

extension TestFile: CustomStringConvertible {
    package var description: String {
        guard case .file(let bytes) = kind else { return "\(path): \(kind)" }
        return bytes.count < 200
            ? "\(path): \(String(decoding: bytes, as: UTF8.self))" : "\(path): \(bytes.count) bytes"
    }
}

/// Writes tar archives as dpkg-deb does: GNU headers, `./` before names, directories with a slash at the end.
package enum TestTar {
    /// - Parameter addsParents: whether directories that no file names are put in where they are needed.
    package static func archive(_ files: [TestFile], addsParents: Bool = true) -> [UInt8] {
        var result = entry(TestFile("", .directory))
        var known: Set<String> = [""]
        for file in files {
            if addsParents {
                for parent in parents(of: file.path) where known.insert(parent).inserted {
                    result += entry(.directory(parent))
                }
            }
            known.insert(file.path)
            result += entry(file)
        }
        result += [UInt8](repeating: 0, count: 1024)
        return result + [UInt8](repeating: 0, count: (10_240 - result.count % 10_240) % 10_240)
    }

    private static func parents(of path: String) -> [String] {
        let parts = path.split(separator: "/")
        return (1..<max(1, parts.count)).map { parts[..<$0].joined(separator: "/") }
    }

    private static func entry(_ file: TestFile) -> [UInt8] {
        var name = file.archiveName ?? "./" + file.path
        if file.kind == .directory, file.archiveName == nil, !file.path.isEmpty { name += "/" }
        let (flag, link, content) = parts(file.kind)
        var result: [UInt8] = []
        if name.utf8.count > 100 { result += longName(name, "L") }
        if link.utf8.count > 100 { result += longName(link, "K") }
        result += header(file, name, flag, link, content.count)
        return result + padded(content)
    }

    private static func parts(_ kind: TestFile.Kind) -> (flag: Character, link: String, content: [UInt8]) {
        switch kind {
        case .file(let bytes): ("0", "", bytes)
        case .directory: ("5", "", [])
        case .symlink(let target): ("2", target, [])
        case .hardLink(let target): ("1", "./" + target, [])
        case .characterDevice: ("3", "", [])
        case .fifo: ("6", "", [])
        }
    }

    private static func longName(_ name: String, _ flag: Character) -> [UInt8] {
        let content = Array(name.utf8) + [0]
        return header(TestFile("", .file([])), "././@LongLink", flag, "", content.count) + padded(content)
    }

    private static func header(_ file: TestFile, _ name: String, _ flag: Character, _ link: String, _ size: Int)
        -> [UInt8]
    {
        var block = text(name, 100) + octal(Int(file.mode), 8) + octal(file.user, 8) + octal(file.group, 8)
        block += octal(size, 12) + octal(Int(file.modified), 12) + text("        ", 8) + Array(String(flag).utf8)
        block += text(link, 100) + text("ustar  ", 8) + text(file.userName, 32) + text(file.groupName, 32)
        if case .characterDevice(let major, let minor) = file.kind {
            block += octal(major, 8) + octal(minor, 8)
        }
        block += [UInt8](repeating: 0, count: 512 - block.count)
        let sum = block.reduce(0) { $0 + Int($1) }
        block.replaceSubrange(148..<156, with: octal(sum, 7) + [UInt8(ascii: " ")])
        return block
    }

    private static func text(_ value: String, _ width: Int) -> [UInt8] {
        let bytes = Array(value.utf8.prefix(width))
        return bytes + [UInt8](repeating: 0, count: width - bytes.count)
    }

    private static func octal(_ value: Int, _ width: Int) -> [UInt8] {
        let digits = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits).utf8) + [0]
    }

    private static func padded(_ content: [UInt8]) -> [UInt8] {
        content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
}
