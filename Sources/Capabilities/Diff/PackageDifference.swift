// SPDX-License-Identifier: Apache-2.0
import PlinthDebian
import PlinthReports

/// Packages that came, went or have another version, by name and architecture.
struct PackageDifference {
    private struct Key: Hashable {
        var name: String
        var architecture: String
    }

    let changes: [DiffReport.PackageChange]

    init(_ a: PackagesReport, _ b: PackagesReport) {
        let (old, new) = (Self.versions(a), Self.versions(b))
        let isDebian = (a.databases + b.databases).allSatisfy { $0.kind == "dpkg" }
        changes = Set(old.keys).union(new.keys)
            .sorted { ($0.name, $0.architecture) < ($1.name, $1.architecture) }
            .compactMap { key in
                let (before, after) = (old[key], new[key])
                if before == after { return nil }
                return DiffReport.PackageChange(
                    name: key.name, architecture: key.architecture, a: before?.joined(separator: ", "),
                    b: after?.joined(separator: ", "), how: Self.how(before, after, isDebian))
            }
    }

    private static func versions(_ report: PackagesReport) -> [Key: [String]] {
        Dictionary(grouping: report.list) { Key(name: $0.name, architecture: $0.architecture) }
            .mapValues { $0.map(\.version).sorted() }
    }

    private static func how(_ a: [String]?, _ b: [String]?, _ isDebian: Bool) -> String {
        guard let a else { return "added" }
        guard let b else { return "removed" }
        guard isDebian, a.count == 1, b.count == 1, let old = try? DebianVersion(a[0]),
            let new = try? DebianVersion(b[0]),
            old != new
        else { return "changed" }
        return old < new ? "upgraded" : "downgraded"
    }
}
