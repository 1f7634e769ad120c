// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthRegistry

@Suite struct CredentialHelperTests {
    /// Keeps what `store` gets, and answers for one server.
    private static let program = """
        #!/bin/sh
        IFS= read -r line
        case "$1 $line" in
        "get a.example") echo '{"ServerURL":"a.example","Username":"me","Secret":"hush"}' ;;
        "get https://index.docker.io/v1/") echo '{"Username":"<token>","Secret":"hush"}' ;;
        "get broken.example") echo 'hush, this is no JSON' ;;
        "get fails.example") echo 'the key ring is locked: hush'; exit 1 ;;
        get*) echo 'credentials not found in native keychain'; exit 1 ;;
        store*) printf '%s' "$line" > "$KEPT" ;;
        erase*) printf 'erased %s' "$line" > "$KEPT" ;;
        esac
        """

    private func withHelper(_ body: (CredentialFiles, FilePath) async throws -> Void) async throws {
        try await withAsyncScratchDirectory { directory in
            try writeFile(directory.appending("docker-credential-test"), Array(Self.program.utf8), mode: 0o755)
            let kept = directory.appending("kept")
            let variables = ["PATH": directory.string + ":/usr/bin:/bin", "KEPT": kept.string]
            let file = directory.appending("config.json")
            try writeFile(
                file, "{\"credsStore\":\"test\",\"credHelpers\":{\"gone.example\":\"gone\",\"bad.example\":\"../x\"}}")
            try await body(CredentialFiles(paths: [file], variables: variables), kept)
        }
    }

    @Test func helpersAreAsked() async throws {
        try await withHelper { files, _ in
            #expect(try await files.credential(host: "a.example") == .password(user: "me", "hush"))
            #expect(try await files.credential(host: "a.example", repository: "x/y") == .password(user: "me", "hush"))
            #expect(try await files.credential(host: "docker.io") == .identityToken("hush"))
            #expect(try await files.credential(host: "unknown.example") == nil)
            for host in ["broken.example", "fails.example", "gone.example", "bad.example"] {
                let found = try await problem { _ = try await files.credential(host: host) }
                #expect(found?.code == "registry.credentialHelper")
                #expect(found.map { "\($0)" }?.contains("hush") == false)
            }
        }
    }

    @Test func helpersKeepAndForget() async throws {
        try await withHelper { files, kept in
            let helper = CredentialHelper("test", files.variables)
            try await helper.store(.password(user: "u", "p"), "a.example")
            let text = "{\"Secret\":\"p\",\"ServerURL\":\"a.example\",\"Username\":\"u\"}"
            #expect(try readFile(kept) == Array(text.utf8))
            let client = RegistryClient(.quick { $0.credentials = files })
            #expect(try await client.logout("a.example") == files.paths)
            #expect(try readFile(kept) == Array("erased a.example".utf8))
            #expect(try await client.logout("unknown.example").isEmpty)
        }
    }
}
