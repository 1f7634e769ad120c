// SPDX-License-Identifier: Apache-2.0
import PlinthReports

/// What kind of system an image is, in a few lines.
enum SystemRendering {
    /// For a system that does not say what it is called.
    static func nameless(_ system: SystemReport) -> String {
        switch system.family {
        case .busybox: "BusyBox"
        case .scratch: "from scratch"
        case .debian: "Debian's packages"
        case .alpine: "Alpine's packages"
        case .rpm: "RPM packages"
        case .other: "unknown system"
        }
    }

    static func rows(_ system: SystemReport) -> [(String, String?)] {
        [
            ("support", system.distribution.map { support($0) }), ("C library", cLibrary(system)),
            ("shell", shells(system)), ("manager", managers(system)),
            ("BusyBox", system.busyBox.map { busyBox($0) }),
            ("accounts", accounts(system.accounts)), ("set-uid", privileged(system.privileged)),
            ("certificates", system.certificates.map { "\($0.count) in \($0.path)" } ?? "none"),
            ("time zones", timeZones(system.timeZones)),
        ]
    }

    private static func support(_ distribution: SystemReport.Distribution) -> String {
        guard let day = distribution.supportEnds else { return "not known" }
        return distribution.isSupportOver == true ? "ended on \(day)" : "security updates until \(day)"
    }

    private static func cLibrary(_ system: SystemReport) -> String {
        guard let library = system.cLibrary else { return "none" }
        let name = library.kind == .uclibc ? "uClibc" : library.kind.rawValue
        let version = library.version.map { " " + $0 } ?? ""
        let place = library.isStatic ? ", linked into \(library.path)" : ", \(library.path)"
        return name + version + (library.build.map { " (\($0))" } ?? "") + place
    }

    private static func shells(_ system: SystemReport) -> String {
        let texts = system.shells.map { $0.path == $0.program ? $0.path : "\($0.path) (\($0.program))" }
        return texts.isEmpty ? "none" : texts.joined(separator: ", ")
    }

    private static func managers(_ system: SystemReport) -> String {
        if system.isDistroless { return "none: distroless" }
        return system.packageManagers.isEmpty ? "none" : system.packageManagers.joined(separator: ", ")
    }

    private static func busyBox(_ busyBox: SystemReport.BusyBox) -> String {
        let links = [(busyBox.hardLinks, "hard link"), (busyBox.symbolicLinks, "symbolic link")]
            .filter { $0.0 > 0 }.map { counted($0.0, $0.1) }.joined(separator: " and ")
        return (busyBox.version.map { $0 + ", " } ?? "") + busyBox.path
            + (links.isEmpty ? ", no links to it" : "; its commands are \(links)")
    }

    private static func accounts(_ accounts: [SystemReport.Account]) -> String {
        let names = accounts.prefix(40).map(\.name).joined(separator: " ")
        return accounts.isEmpty ? "none" : "\(accounts.count): \(names)" + (accounts.count > 40 ? " …" : "")
    }

    private static func privileged(_ programs: [SystemReport.Privileged]) -> String {
        let texts = programs.prefix(40).map { program in
            "\(program.path) (\(program.hasCapabilities ? "capabilities" : program.mode))"
        }
        return texts.isEmpty
            ? "none"
            : "\(programs.count): " + texts.joined(separator: " ")
                + (programs.count > 40 ? " …" : "")
    }

    private static func timeZones(_ zones: SystemReport.TimeZones) -> String {
        (zones.zones == 0 ? "none" : "\(zones.zones)") + (zones.local.map { ", local time \($0)" } ?? "")
    }

    static func runsAs(_ system: SystemReport) -> String {
        let who = system.runsAs
        let name = who.name.map { $0 == who.user ? nil : $0 } ?? nil
        if who.user.isEmpty { return "root" }
        guard let number = who.number else { return "\(who.user), which is no account of the image" }
        let more = [name, "\(number)" == who.user ? nil : "\(number)"].compactMap { $0 }
        return who.user + (more.isEmpty ? "" : " (\(more.joined(separator: ", ")))")
            + (who.name == nil ? ", without an account" : "")
    }

    static func command(_ platform: InspectReport.Platform) -> String {
        let words = (platform.entrypoint + platform.command).joined(separator: " ")
        guard let program = platform.system.program else { return words }
        switch program.kind {
        case .missing: return words + " — \(program.path) is not in the image"
        case .static: return words + " — a static program"
        case .script: return words + " — a script for \(program.interpreter ?? "?")"
        case .dynamic, .other: return words
        }
    }
}
