// SPDX-License-Identifier: Apache-2.0

extension Distribution {
    /// No distribution: for images of named files only. Processors go by Debian's names.
    package static let none = Distribution(
        name: "scratch", family: .debian, version: nil, codename: "", suites: [], components: [],
        architectures: DebianArchitecture.known.map(\.name), isUsrMergedInPackages: true, supportEnds: nil,
        osRelease: OSRelease(id: "", name: "", prettyName: ""), debianVersion: "")

    package var isNone: Bool { name == Self.none.name }
}
