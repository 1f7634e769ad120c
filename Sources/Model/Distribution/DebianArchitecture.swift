// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import PlinthOCI

/// A processor under Debian's name for it, such as `armhf`.
package struct DebianArchitecture: Hashable, Sendable {
    package let name: String
    /// Such as `x86_64-linux-gnu`: the folder of its libraries below `usr/lib`.
    package let triplet: String
    /// The program that loads programs, such as `lib64/ld-linux-x86-64.so.2`.
    package let loader: TreePath

    private init(_ name: String, _ triplet: String, _ loader: TreePath) {
        self.name = name
        self.triplet = triplet
        self.loader = loader
    }

    /// Every architecture that packages can be chosen for, sorted by name.
    package static let known: [DebianArchitecture] = [
        DebianArchitecture("amd64", "x86_64-linux-gnu", TreePath("lib64/ld-linux-x86-64.so.2")),
        DebianArchitecture("arm64", "aarch64-linux-gnu", TreePath("lib/ld-linux-aarch64.so.1")),
        DebianArchitecture("armel", "arm-linux-gnueabi", TreePath("lib/ld-linux.so.3")),
        DebianArchitecture("armhf", "arm-linux-gnueabihf", TreePath("lib/ld-linux-armhf.so.3")),
        DebianArchitecture("i386", "i386-linux-gnu", TreePath("lib/ld-linux.so.2")),
        DebianArchitecture("loong64", "loongarch64-linux-gnu", TreePath("lib64/ld-linux-loongarch-lp64d.so.1")),
        DebianArchitecture("ppc64el", "powerpc64le-linux-gnu", TreePath("lib64/ld64.so.2")),
        DebianArchitecture("riscv64", "riscv64-linux-gnu", TreePath("lib/ld-linux-riscv64-lp64d.so.1")),
        DebianArchitecture("s390x", "s390x-linux-gnu", TreePath("lib/ld64.so.1")),
    ]

    /// Debian's own name for it, exactly.
    package init?(debian name: String) {
        guard let found = Self.known.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    package init?(_ platform: OCIPlatform) {
        guard platform.os == "linux", let name = platform.debianArchitecture else { return nil }
        self.init(debian: name)
    }

    package var platform: OCIPlatform { OCIPlatform(debian: name) }

    /// Names that kernels and compilers use and the families do not.
    private static let aliases = [
        "x64": "amd64", "x86-64": "amd64", "i486": "i386", "i586": "i386", "i686": "i386", "armv7l": "armhf",
        "armv8": "arm64", "arm32v7": "armhf", "arm64v8": "arm64", "powerpc64le": "ppc64el",
    ]

    /// What a person writes: `amd64`, `x86_64`, `arm64/v8`, `linux/arm/v7`, `armhf`, `386`.
    /// - Throws: `Problem` with code `architecture.unknown`.
    package init(parsing text: String) throws {
        let word = text.lowercased()
        let name = Self.aliases[word] ?? word
        if let found = Self(debian: name) {
            self = found
        } else if let platform = OCIPlatform(parsing: name), let found = Self(platform) {
            self = found
        } else {
            throw Self.unknown(text, word)
        }
    }

    private static func unknown(_ text: String, _ word: String) -> Problem {
        let near = nearestNames(to: word, among: known.map(\.name) + aliases.keys + ["x86_64", "aarch64", "ppc64le"])
        return Problem(
            "architecture.unknown", "Debian has no packages for this processor", at: text,
            hints: (near.first.map { ["did you mean \($0)?"] } ?? [])
                + ["it has \(known.map(\.name).joined(separator: ", "))"],
            kind: .usage)
    }
}

extension DebianArchitecture: Comparable, CustomStringConvertible {
    package static func < (left: Self, right: Self) -> Bool { left.name < right.name }
    package var description: String { name }
}
