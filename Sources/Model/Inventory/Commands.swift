// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthReports

/// The shells, package managers and BusyBox of a system.
struct Commands {
    private let view: SystemView

    init(_ view: SystemView) { self.view = view }

    private static let shellNames = ["sh", "ash", "bash", "dash", "ksh", "mksh", "zsh", "fish"]
    private static let managers = [
        "apt-get", "dpkg", "apk", "dnf", "dnf5", "microdnf", "tdnf", "yum", "zypper", "rpm", "pacman", "opkg",
    ]

    var shells: [SystemReport.Shell] {
        Self.shellNames.compactMap { name in
            ["bin", "usr/bin", "usr/local/bin"].lazy.compactMap { directory -> SystemReport.Shell? in
                guard let index = view.index("\(directory)/\(name)"), view.isFile(index) else { return nil }
                return SystemReport.Shell(path: "/\(directory)/\(name)", program: program(index))
            }.first
        }
    }

    /// Of the names of one file, BusyBox's own if it is that.
    private func program(_ index: Int) -> String {
        if let busyBox = busyBoxIndex, view.tree.entry(at: busyBox).file == view.tree.entry(at: index).file {
            return view.shown(busyBox)
        }
        return view.shown(index)
    }

    var packageManagers: [String] {
        Self.managers.filter { name in
            // BusyBox has programs called rpm and dpkg, which manage nothing.
            guard let found = view.program(name) else { return false }
            return busyBoxIndex.map { view.tree.entry(at: $0).file != view.tree.entry(at: found.index).file } ?? true
        }.map { $0 == "apt-get" ? "apt" : $0 }
    }

    private var busyBoxIndex: Int? {
        view.program("busybox")?.index ?? view.program("busybox.static")?.index
    }

    var busyBox: SystemReport.BusyBox? {
        guard let index = busyBoxIndex else { return nil }
        let entry = view.tree.entry(at: index)
        var symbolic = 0
        for directory in view.programDirectories {
            for child in view.tree.children(of: directory) {
                guard case .symlink = view.tree.entry(at: child).kind,
                    let end = view.tree.resolve(view.tree.path(at: child))
                else { continue }
                if view.tree.entry(at: end).file == entry.file { symbolic += 1 }
            }
        }
        let version = view.tree.keptContent(at: index).flatMap { content in
            ByteSearch(content).word(after: "BusyBox v") { !(0x30...0x39).contains($0) && $0 != UInt8(ascii: ".") }
        }
        return SystemReport.BusyBox(
            path: view.shown(index), version: version, hardLinks: entry.links - 1, symbolicLinks: symbolic)
    }
}
