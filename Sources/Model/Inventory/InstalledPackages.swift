// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthCore
import PlinthDebian
import PlinthImage
import PlinthReports

/// The packages that the databases of a system name.
struct InstalledPackages {
    private let view: SystemView
    private(set) var report = PackagesReport()

    /// - Throws: `dpkg.syntax`, `apk.syntax`.
    init(_ view: SystemView) throws {
        self.view = view
        try addDpkg()
        try addApk()
        addRPM()
        report.list.sort { ($0.name, $0.version, $0.architecture) < ($1.name, $1.version, $1.architecture) }
    }

    private mutating func addDpkg() throws {
        var found: [InstalledPackage] = []
        if let content = view.content("var/lib/dpkg/status") {
            report.databases.append(.init(kind: "dpkg", path: "/var/lib/dpkg/status", isRead: true))
            found += try InstalledPackage.parse(status: content, place: "var/lib/dpkg/status")
        }
        if let directory = view.index("var/lib/dpkg/status.d"), view.tree.isDirectory(at: directory) {
            report.databases.append(.init(kind: "dpkg", path: "/var/lib/dpkg/status.d", isRead: true))
            for child in view.tree.children(of: directory) {
                guard let content = view.tree.keptContent(at: child) else { continue }
                found += try InstalledPackage.parse(statusFile: content, place: "\(view.tree.path(at: child))")
            }
        }
        report.list += found.map { .init(name: $0.name, version: $0.version, architecture: $0.architecture) }
    }

    private mutating func addApk() throws {
        var seen: Set<Int> = []
        for place in ApkDatabase.places {
            guard let index = view.index(place), seen.insert(index).inserted,
                let content = view.tree.keptContent(at: index)
            else { continue }
            report.databases.append(.init(kind: "apk", path: "/" + place, isRead: true))
            report.list += try ApkPackage.parse(installed: content, place: place).map {
                .init(name: $0.name, version: $0.version, architecture: $0.architecture)
            }
        }
    }

    private mutating func addRPM() {
        var seen: Set<Int> = []
        for place in RPMDatabase.places {
            guard let index = view.index(place), view.isFile(index), seen.insert(index).inserted else { continue }
            report.databases.append(.init(kind: "rpm", path: "/" + place, isRead: false))
        }
    }
}
