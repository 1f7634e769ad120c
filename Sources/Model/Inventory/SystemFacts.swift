// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthELF
package import PlinthImage
package import PlinthOCI
package import PlinthReports

/// What kind of system a merged tree is, and what is installed in it.
///
/// The tree must have been read with the contents that `SystemFiles` selects.
package struct SystemFacts: Sendable {
    package let system: SystemReport
    package let packages: PackagesReport
    /// What its C library or BusyBox was compiled for, in the words of images; nil when that is not known.
    package let architecture: String?

    /// Time: a few looks at every entry.
    /// - Parameter today: such as `2026-11-21`, to judge support by.
    /// - Throws: `dpkg.syntax`, `apk.syntax`.
    package init(_ tree: LayeredTree, config: ImageConfig?, today: String) throws {
        let view = SystemView(tree: tree)
        packages = try InstalledPackages(view).report
        var report = SystemReport()
        report.distribution = Self.distribution(view, today)
        report.program = EntryProgram.report(config, in: view)
        report.cLibrary = CLibraryFile(view).found(report.program)
        let commands = Commands(view)
        report.shells = commands.shells
        report.packageManagers = commands.packageManagers
        report.busyBox = commands.busyBox
        let accounts = Accounts(view)
        report.accounts = accounts.accounts
        report.runsAs = accounts.runsAs(config?.config?.user)
        report.privileged = Privileges.report(view)
        report.certificates = CertificateBundle.report(view)
        report.timeZones = TimeZoneFiles.report(view)
        report.family = Self.family(report, packages)
        report.isDistroless =
            report.family != .scratch && report.shells.isEmpty && report.packageManagers.isEmpty
        system = report
        architecture =
            [report.cLibrary?.path, report.busyBox?.path, report.program?.path].lazy
            .compactMap { $0.flatMap { view.content($0) } }.compactMap { Self.architecture($0) }.first
    }

    private static func architecture(_ program: [UInt8]) -> String? {
        guard let summary = try? ELFSummary(parsing: program.span) else { return nil }
        return machines[summary.machine].map { $0 == "ppc64le" && !summary.isLittleEndian ? "ppc64" : $0 }
    }

    /// `e_machine` of ELF.
    private static let machines: [UInt16: String] = [
        3: "386", 21: "ppc64le", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64", 258: "loong64",
    ]

    private static func family(_ report: SystemReport, _ packages: PackagesReport) -> SystemReport.Family {
        for (kind, family) in [("dpkg", SystemReport.Family.debian), ("apk", .alpine), ("rpm", .rpm)]
        where packages.databases.contains(where: { $0.kind == kind }) {
            return family
        }
        if let distribution = report.distribution, let family = families[distribution.id] { return family }
        if report.distribution == nil {
            if report.busyBox != nil { return .busybox }
            if report.shells.isEmpty, report.cLibrary?.isStatic != false { return .scratch }
        }
        return .other
    }

    private static let families: [String: SystemReport.Family] = [
        "debian": .debian, "ubuntu": .debian, "alpine": .alpine, "wolfi": .alpine, "chainguard": .alpine,
        "fedora": .rpm, "centos": .rpm, "rhel": .rpm, "almalinux": .rpm, "rocky": .rpm, "ol": .rpm, "amzn": .rpm,
        "sles": .rpm, "opensuse-leap": .rpm, "photon": .rpm, "azurelinux": .rpm, "mariner": .rpm,
    ]

    /// os-release(5): the file in `/etc` counts before the one in `/usr/lib`; older systems have others.
    private static func distribution(_ view: SystemView, _ today: String) -> SystemReport.Distribution? {
        let text = view.text("etc/os-release") ?? view.text("usr/lib/os-release")
        guard let release = text.map({ OSReleaseFile($0) }).flatMap({ $0.isEmpty ? nil : $0 }) ?? older(view) else {
            return nil
        }
        let id = release["ID"] ?? "linux"
        let version = release["VERSION_ID"]
        var report = SystemReport.Distribution(
            id: id,
            name: release["PRETTY_NAME"]
                ?? [release["NAME"] ?? id, version ?? ""].joined(separator: " ").trimmingBlanks,
            version: version, codename: release["VERSION_CODENAME"])
        report.supportEnds = SupportEnd.day(id: id, version: version)
        report.isSupportOver = report.supportEnds.map { $0 < today }
        return report
    }

    private static func older(_ view: SystemView) -> OSReleaseFile? {
        func first(_ path: String) -> String? {
            view.text(path)?.split(separator: "\n").first.map { String($0).trimmingBlanks }
        }
        if let version = first("etc/alpine-release") {
            return OSReleaseFile(["ID": "alpine", "VERSION_ID": version, "PRETTY_NAME": "Alpine Linux \(version)"])
        }
        if let version = first("etc/debian_version") {
            let number = version.first.map { $0 >= "0" && $0 <= "9" } == true ? version : nil
            return OSReleaseFile(
                ["ID": "debian", "VERSION_ID": number ?? "", "PRETTY_NAME": "Debian GNU/Linux \(version)"])
        }
        return first("etc/redhat-release").map { line in
            let version = line.split(separator: " ").first { $0.first.map { $0 >= "0" && $0 <= "9" } == true }
            let id = line.lowercased().split(separator: " ").first.map(String.init) ?? "linux"
            return OSReleaseFile(
                ["ID": id == "red" ? "rhel" : id, "VERSION_ID": version.map(String.init) ?? "", "PRETTY_NAME": line])
        }
    }
}
