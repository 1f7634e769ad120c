// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage
import Testing

extension ArchiveRuns {
    /// Programs packed without a recipe: what was left out is not missed.
    @Suite struct PackedTests {
        /// Git starts its own helpers through a shell, which Debian has everywhere and never asks for.
        @Test func gitMakesAndClonesARepository() throws {
            let script = """
                set -e
                export HOME=/tmp GIT_CONFIG_COUNT=2
                export GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=Ann
                export GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=ann@example.org
                git init -q /tmp/one
                cd /tmp/one
                echo hello > file
                git add file
                git commit -qm first
                git gc -q
                git clone -q /tmp/one /tmp/two
                git -C /tmp/two log --format='%s by %an'
                git -C /tmp/two fsck
                """
            try with("git", "dash") { box in
                let result = try box.run(["sh", "-c", script])
                #expect(result.text + result.errorText == "first by Ann\n")
            }
        }

        @Test func curlKnowsItsCertificates() throws {
            try with("curl", "ca-certificates") { box in
                let version = try box.run(["curl", "--version"])
                #expect(version.text.contains("https") && version.text.contains("HTTP2"))
                let file = try box.run(["curl", "-sS", "file:///etc/os-release"])
                #expect(file.text.contains("VERSION_CODENAME=trixie"))
                // Exit code 77 would be certificates that cannot be read; 7 is that nobody listens.
                let refused = try box.run(["curl", "-sS", "https://127.0.0.1:1"])
                #expect(refused.status == 7)
            }
        }

        private func with(_ packages: String..., body: (Box) throws -> Void) throws {
            try withScratchDirectory { scratch in
                let image = try BuiltImage(["pack"] + packages + ["--from", "debian:trixie"], in: scratch)
                try body(try Box(image, in: scratch))
            }
        }
    }
}
