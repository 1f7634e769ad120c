// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthRegistry

/// What servers and files say, damaged: nothing crashes, and nothing is taken for what it is not.
@Suite struct HostileTests {
    private func damaged(_ text: String, _ count: Int = 300, _ body: (String) -> Void) {
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<count { body(String(decoding: mutated(Array(text.utf8), by: &generator), as: UTF8.self)) }
    }

    @Test func challenges() {
        let field =
            "Bearer realm=\"https://example.org/token\",service=\"a\\\"b\",scope=\"repository:a:pull\", Basic realm=x"
        damaged(field) { text in
            for challenge in Challenge.parse([text]) { #expect(!challenge.scheme.isEmpty) }
        }
    }

    @Test func links() {
        damaged("</v2/a/tags/list?last=x&n=1>; title=\"y\"; rel=\"next\"") { _ = NextPage.target(in: $0) }
        damaged("bytes=0-12345") { text in #expect((UploadRange.next(text) ?? 2) > 1) }
    }

    @Test func references() {
        let hex = String(repeating: "0123456789abcdef", count: 4)
        damaged("docker://registry.example.org:5000/team/image_a:v1.0@sha256:\(hex)") { text in
            guard let reference = try? RegistryReference(parsing: text) else { return }
            #expect((try? RegistryReference(parsing: reference.description)) == reference)
            #expect(reference.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
        }
    }

    @Test func credentialFiles() {
        let text = """
            {"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpzZWNyZXQ="},"a.example/b":{"identitytoken":"x"}},
             "credHelpers":{"b.example":"b"},"credsStore":"c"}
            """
        damaged(text) { text in
            guard let file = try? CredentialFile(Array(text.utf8), "/nowhere") else { return }
            for host in ["docker.io", "a.example", "b.example"] { _ = try? file.credential(named: host) }
            _ = file.helpers
        }
    }

    @Test func errorsAndTokens() {
        damaged("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"a\\u202eb\",\"detail\":[]}]}") { text in
            for entry in RegistryErrors.decode(Array(text.utf8)) {
                let shown = RegistryErrors.shown(entry.message ?? "")
                #expect(shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202e })
            }
        }
        damaged("{\"token\":\"abc\",\"expires_in\":300}") { text in
            let answer = try? OCIJSON.decode(TokenAnswer.self, from: Array(text.utf8), at: "")
            guard let answer else { return }
            #expect(answer.usable?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } != false)
            #expect(answer.lifetime >= .zero && answer.lifetime <= .seconds(86_400))
        }
    }
}
