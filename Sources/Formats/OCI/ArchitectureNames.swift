// SPDX-License-Identifier: Apache-2.0

/// One processor under the names that the families give it.
private struct Processor {
    let platform: OCIPlatform
    let debian: String?
    let alpine: String?
}

private let processors: [Processor] = [
    row("amd64", nil, debian: "amd64", alpine: "x86_64"),
    row("386", nil, debian: "i386", alpine: "x86"),
    row("arm64", nil, debian: "arm64", alpine: "aarch64"),
    row("arm", "v5", debian: "armel", alpine: nil),
    row("arm", "v6", debian: nil, alpine: "armhf"),
    row("arm", "v7", debian: "armhf", alpine: "armv7"),
    row("ppc64le", nil, debian: "ppc64el", alpine: "ppc64le"),
    row("riscv64", nil, debian: "riscv64", alpine: "riscv64"),
    row("s390x", nil, debian: "s390x", alpine: "s390x"),
    row("loong64", nil, debian: "loong64", alpine: "loongarch64"),
]

private func row(_ architecture: String, _ variant: String?, debian: String?, alpine: String?) -> Processor {
    Processor(platform: OCIPlatform(architecture: architecture, variant: variant), debian: debian, alpine: alpine)
}

extension OCIPlatform {
    /// Every platform we can name packages for, sorted.
    package static let known: [OCIPlatform] = processors.map(\.platform).sorted()

    /// The platform of a Debian architecture: `armhf` is `linux/arm/v7`. A port that OCI has no other name for
    /// keeps its own.
    package init(debian name: String) {
        self = processors.first { $0.debian == name }?.platform ?? OCIPlatform(architecture: name)
    }

    /// The platform of an Alpine architecture: `armhf` is `linux/arm/v6`.
    package init?(alpine name: String) {
        guard let found = processors.first(where: { $0.alpine == name }) else { return nil }
        self = found.platform
    }

    /// Debian's name for the processor; nil where Debian has no port.
    package var debianArchitecture: String? { processor?.debian }
    /// Alpine's name for the processor; nil where Alpine has no port.
    package var alpineArchitecture: String? { processor?.alpine }

    private var processor: Processor? { processors.first { $0.platform.matches(self) } }

    /// Reads what a person writes: `amd64`, `arm64/v8`, `linux/arm/v7`, `x86_64`, `aarch64`, `armv7`, `ppc64el`.
    /// Where Debian and Alpine mean different things by a word (`armhf`), it is Debian's.
    package init?(parsing text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.first == "linux" { parts.removeFirst() }
        guard let name = parts.first, parts.count <= 2 else { return nil }
        let wanted = OCIPlatform(architecture: name, variant: parts.count == 2 ? parts[1] : nil)
        if let found = processors.first(where: { $0.platform.matches(wanted) }) {
            self = found.platform
        } else if parts.count == 1,
            let found = processors.first(where: { $0.debian == name })
                ?? processors.first(where: { $0.alpine == name })
        {
            self = found.platform
        } else {
            return nil
        }
    }
}
