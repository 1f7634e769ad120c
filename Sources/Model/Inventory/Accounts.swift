// SPDX-License-Identifier: Apache-2.0
import PlinthReports

/// The accounts of a system, passwd(5) and group(5). Lines that are none are passed over, as the C library does.
struct Accounts {
    let accounts: [SystemReport.Account]

    init(_ view: SystemView) {
        accounts = (view.text("etc/passwd") ?? "").split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 7, !fields[0].isEmpty, let user = UInt32(fields[2]), let group = UInt32(fields[3])
            else { return nil }
            return SystemReport.Account(name: fields[0], user: user, group: group, home: fields[5], shell: fields[6])
        }
    }

    /// - Parameter user: of the image's config: a name or number, perhaps with `:group`.
    func runsAs(_ user: String?) -> SystemReport.RunsAs {
        let word = String((user ?? "").prefix { $0 != ":" })
        let found: SystemReport.Account? =
            word.isEmpty
            ? accounts.first { $0.user == 0 }
            : accounts.first { $0.name == word }
                ?? UInt32(word).flatMap { number in accounts.first { $0.user == number } }
        let number = found?.user ?? (word.isEmpty || word == "root" ? 0 : UInt32(word))
        return SystemReport.RunsAs(user: user ?? "", number: number, name: found?.name)
    }
}
