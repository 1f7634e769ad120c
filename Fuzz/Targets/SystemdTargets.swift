// SPDX-License-Identifier: Apache-2.0
import PlinthSystemd

extension FuzzTarget {
    /// The files of sysusers.d and tmpfiles.d.
    static func systemd(_ bytes: [UInt8]) {
        let specifiers = Specifiers(release: ["ID": "debian"])
        let users = SysusersLine.parse(bytes, specifiers)
        let files = TmpfilesLine.parse(bytes, specifiers)
        precondition(users.lines.count + users.faults.count <= 4097 && files.lines.count <= 4096)
    }
}
