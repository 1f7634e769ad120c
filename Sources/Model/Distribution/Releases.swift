// SPDX-License-Identifier: Apache-2.0

extension Distribution {
    /// Every release that can be built from, newest first within its family.
    package static let known: [Distribution] = debianReleases + ubuntuReleases + alpineReleases + [wolfi]

    private static let debianReleases: [Distribution] = [
        debian("sid", nil, supportEnds: nil, architectures: ports + ["loong64", "riscv64"]),
        debian("forky", "14", supportEnds: nil, isReleased: false, architectures: ports + ["loong64", "riscv64"]),
        debian("trixie", "13", supportEnds: "2030-06-30", architectures: ports + ["armel", "riscv64"]),
        debian("bookworm", "12", supportEnds: "2028-06-30", isMerged: false, architectures: ports + ["armel"]),
        debian("bullseye", "11", supportEnds: "2026-08-31", isMerged: false, architectures: ports + ["armel"]),
    ]

    private static let ubuntuReleases: [Distribution] = [
        ubuntu("26.04", "resolute", "Resolute Raccoon", debian: "forky/sid", supportEnds: "2031-05-29"),
        ubuntu("24.04", "noble", "Noble Numbat", debian: "trixie/sid", supportEnds: "2029-05-31"),
        ubuntu(
            "22.04", "jammy", "Jammy Jellyfish", debian: "bookworm/sid", supportEnds: "2027-06-01", isMerged: false),
    ]

    /// What each of our releases has.
    private static let ports = ["amd64", "arm64", "armhf", "i386", "ppc64el", "s390x"]

    private static func debian(
        _ codename: String, _ version: String?, supportEnds: String?, isReleased: Bool = true, isMerged: Bool = true,
        architectures: [String]
    ) -> Distribution {
        let isNumbered = isReleased && version != nil
        // Before its release, base-files says the same in testing and in sid.
        let coming = "forky"
        let shown = isNumbered ? codename : coming
        let title = isNumbered ? "\(version ?? "") (\(codename))" : "\(coming)/sid"
        return Distribution(
            name: "debian:" + codename, family: .debian, version: version, codename: codename,
            suites: codename == "sid" ? [Suite(name: "sid", isSecurity: false)] : suites(codename),
            components: ["main"], architectures: architectures.sorted(), isUsrMergedInPackages: isMerged,
            supportEnds: supportEnds,
            osRelease: OSRelease(
                id: "debian", name: "Debian GNU/Linux", prettyName: "Debian GNU/Linux " + title,
                versionID: isNumbered ? version : nil, version: isNumbered ? title : nil, versionCodename: shown),
            debianVersion: isNumbered ? version ?? "" : "\(coming)/sid")
    }

    private static func ubuntu(
        _ version: String, _ codename: String, _ title: String, debian: String, supportEnds: String,
        isMerged: Bool = true
    ) -> Distribution {
        Distribution(
            name: "ubuntu:" + version, family: .ubuntu, version: version, codename: codename,
            suites: suites(codename), components: ["main", "universe"],
            architectures: (ports + ["riscv64"]).sorted(), isUsrMergedInPackages: isMerged, supportEnds: supportEnds,
            osRelease: OSRelease(
                id: "ubuntu", name: "Ubuntu", prettyName: "Ubuntu \(version) LTS", versionID: version,
                version: "\(version) LTS (\(title))", versionCodename: codename, idLike: "debian"),
            debianVersion: debian)
    }

    private static func suites(_ codename: String) -> [Suite] {
        [
            Suite(name: codename, isSecurity: false), Suite(name: codename + "-updates", isSecurity: false),
            Suite(name: codename + "-security", isSecurity: true),
        ]
    }
}

extension Distribution.Family {
    /// Names that stand for another release every few years, and what they stand for today.
    var movingNames: [String: String] {
        switch self {
        case .debian:
            [
                "": "trixie", "latest": "trixie", "stable": "trixie", "oldstable": "bookworm",
                "oldoldstable": "bullseye", "testing": "forky",
            ]
        case .ubuntu:
            ["": "26.04", "latest": "26.04", "lts": "26.04", "rolling": "26.04", "devel": "26.04"]
        case .alpine: ["": "3.24", "latest": "3.24", "latest-stable": "3.24"]
        // Wolfi has no releases: its name is all there is to say.
        case .wolfi: [:]
        }
    }

    /// First names of suites in the family's archives, of releases that can be built from and of others: a machine
    /// that runs one of these has a mirror of the family.
    var codenames: Set<String> {
        switch self {
        case .debian:
            [
                "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid", "unstable",
                "testing", "stable", "oldstable", "oldoldstable",
            ]
        case .ubuntu:
            [
                "trusty", "xenial", "bionic", "focal", "jammy", "kinetic", "lunar", "mantic", "noble", "oracular",
                "plucky", "questing", "resolute", "devel",
            ]
        case .alpine, .wolfi: []
        }
    }
}
