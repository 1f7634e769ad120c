// SPDX-License-Identifier: Apache-2.0

extension Distribution {
    /// Branches of Alpine, newest first. `edge` is what the next release is made of, for ever.
    static let alpineReleases: [Distribution] =
        [alpine("edge", version: nil)] + (8...24).reversed().map { alpine("3.\($0)", version: "3.\($0)") }

    /// Wolfi, which only moves forward.
    static let wolfi = Distribution(
        name: "wolfi", family: .wolfi, version: nil, codename: "wolfi", suites: [Suite(name: "", isSecurity: false)],
        components: [""], architectures: ["aarch64", "x86_64"], isUsrMergedInPackages: true, supportEnds: nil,
        osRelease: OSRelease(id: "wolfi", name: "Wolfi", prettyName: "Wolfi"), debianVersion: "")

    /// What an apko file stands for that names no distribution: whatever its repositories hold.
    package static let unnamedApk = Distribution(
        name: "apk", family: .alpine, version: nil, codename: "", suites: [], components: [],
        architectures: alpineArchitectures, isUsrMergedInPackages: true, supportEnds: nil,
        osRelease: OSRelease(id: "apk", name: "apk", prettyName: "apk"), debianVersion: "")

    private static func alpine(_ branch: String, version: String?) -> Distribution {
        Distribution(
            name: "alpine:" + branch, family: .alpine, version: version, codename: branch,
            suites: [Suite(name: version.map { "v" + $0 } ?? branch, isSecurity: false)],
            components: ["main", "community"], architectures: alpineArchitectures, isUsrMergedInPackages: true,
            supportEnds: SupportEnd.day(id: "alpine", version: version),
            osRelease: OSRelease(
                id: "alpine", name: "Alpine Linux", prettyName: "Alpine Linux " + (version.map { "v" + $0 } ?? branch),
                versionID: version),
            debianVersion: "")
    }

    private static let alpineArchitectures = [
        "aarch64", "armhf", "armv7", "loongarch64", "ppc64le", "riscv64", "s390x", "x86", "x86_64",
    ]
}
