// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage
import Testing

extension ArchiveRuns {
    /// Whole systems: the tools that manage them find everything in order.
    @Suite struct SystemTests {
        @Test func aFullSystemIsAsItsPackagesShippedIt() throws {
            try Box.with(example: "debian") { box, report in
                try expectOrder(in: box, report)
                let differences = try shell(box, "dpkg --verify")
                #expect(differences == "")
                let manual = try shell(box, "test -s /usr/share/man/man1/bash.1.gz; echo $?")
                #expect(manual == "0\n")
            }
        }

        @Test func aSlimSystemHasLicencesButNoManual() throws {
            try Box.with(example: "debian-slim") { box, report in
                try expectOrder(in: box, report)
                let manuals = try shell(box, "find /usr/share/man -type f")
                #expect(manuals == "")
                let licence = try shell(box, "test -s /usr/share/doc/bash/copyright; echo $?")
                #expect(licence == "0\n")
                let changes = try shell(box, "find /usr/share/doc -name 'changelog*'")
                #expect(changes == "")
            }
        }

        private func expectOrder(in box: Box, _ report: BuildFacts) throws {
            let names = Set(report.platforms.flatMap { $0.packages.map(\.name) })
            let listed = try shell(box, "dpkg-query -W -f '${db:Status-Abbrev}${Package}\\n'")
            #expect(Set(listed.split(separator: "\n").map(String.init)) == Set(names.map { "ii " + $0 }))
            #expect(try shell(box, "dpkg -l | grep -c ^ii") == "\(names.count)\n")
            #expect(try shell(box, "dpkg --audit") == "")
            #expect(try shell(box, "apt-get --version").hasPrefix("apt "))
            #expect(try shell(box, "apt-get check >/dev/null; echo $?") == "0\n")
            #expect(try shell(box, "echo $BASH_VERSION | cut -c1") == "5\n")
            #expect(try shell(box, "awk 'BEGIN { print 6 * 7 }'; perl -e 'print 42'; id -un") == "42\n42root\n")
            // An account made by the system's own tools fits in; an ordinary user can give it no files.
            guard ArchiveMachine.isRoot else { return }
            #expect(try shell(box, "useradd -m ann && id -u ann && ls -A /home/ann | wc -l") == "1000\n3\n")
        }

        private func shell(_ box: Box, _ script: String) throws -> String {
            let result = try box.run(["bash", "-c", script])
            return result.text + result.errorText
        }
    }
}
