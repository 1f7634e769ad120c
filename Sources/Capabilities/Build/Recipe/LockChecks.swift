// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// What must hold in a lock beyond the types of its fields: names become addresses and file names later.
extension Lock {
    /// What is wrong, if anything is.
    var fault: String? {
        if platforms.isEmpty { return "it has no platforms" }
        let labels = Set(archives.map(\.label))
        var architectures: Set<String> = []
        for platform in platforms {
            guard architectures.insert(platform.architecture).inserted else {
                return "it has \(platform.architecture) twice"
            }
            guard Self.isWord(platform.architecture) else { return "“\(platform.architecture)” is no architecture" }
            var names: Set<String> = []
            for package in platform.packages {
                if let fault = package.fault { return "\(platform.architecture) \(package.name): \(fault)" }
                guard names.insert(package.name).inserted else {
                    return "\(platform.architecture) has \(package.name) twice"
                }
                guard labels.contains(package.archive) || package.archive == LocalPackage.archive else {
                    return "\(package.name) is of an archive that is not listed: \(package.archive)"
                }
            }
        }
        return nil
    }

    /// Letters, digits and `+-.:~_`, at least one.
    static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || marks.contains(byte)
            }
    }

    private static let marks = Array("+-.:~_".utf8)
}

extension Lock.Package {
    fileprivate var fault: String? {
        for (field, word) in [("name", name), ("version", version), ("architecture", architecture)]
        where !Lock.isWord(word) {
            return "its \(field) is “\(word)”"
        }
        // The path is joined to an archive's address: it must stay below it.
        guard let normal = TreePath(text: path), !normal.isRoot, normal.description == path else {
            return "its path is “\(path)”"
        }
        if size.bytes < 0 { return "its size is \(size.bytes)" }
        return nil
    }
}
