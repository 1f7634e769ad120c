// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import Testing

@testable import PlinthOCI

private let hex = String(repeating: "0123456789abcdef", count: 4)

@Suite struct RegistryReferenceTests {
    @Test(arguments: [
        ("debian", "docker.io/library/debian:latest"), ("debian:trixie", "docker.io/library/debian:trixie"),
        ("team/image", "docker.io/team/image:latest"), ("index.docker.io/debian", "docker.io/library/debian:latest"),
        ("docker://debian", "docker.io/library/debian:latest"), ("docker.io/a/b:c", "docker.io/a/b:c"),
        ("localhost/image", "localhost/image:latest"), ("localhost:5000/image:1", "localhost:5000/image:1"),
        ("Registry.Example.ORG/a", "registry.example.org/a:latest"), ("UPPER/a", "UPPER/a:latest"),
        ("127.0.0.1:5000/a/b/c:V1.2_x-y", "127.0.0.1:5000/a/b/c:V1.2_x-y"), ("[::1]:5000/a:1", "[::1]:5000/a:1"),
        ("example.org/a@sha256:\(hex)", "example.org/a@sha256:\(hex)"),
        ("example.org/a:t@sha256:\(hex)", "example.org/a:t@sha256:\(hex)"),
        ("image:5000", "docker.io/library/image:5000"),
    ])
    func references(_ text: String, _ whole: String) throws {
        let reference = try RegistryReference(parsing: text)
        #expect(reference.description == whole)
        #expect(try RegistryReference(parsing: whole) == reference)
    }

    @Test(arguments: [
        "", "/", "a/", "/a", "a//b", "Debian", "example.org/A", "a:", "a:-x", "a:b:c", "example.org:0/a",
        "example.org:99999/a", "example.org:x/a", "-a.example.org/b", "a@", "a@sha256:12", "a@sha512:\(hex)\(hex)",
        "a@sha256:\(hex.uppercased())", "a..b", "a___b", "a.-b", "_a", "a_", "a b", "a\n", "é", "x/é", "[::1/a",
        "[::1]x/a", "example.org/a?b", "http://example.org/a", "user@example.org/a", "example.org/a/../b",
        "docker://docker://a", ".example.org/a", "example..org/a", "a.b_c/f", "a:\(String(repeating: "x", count: 129))",
        String(repeating: "a", count: 256),
    ])
    func noReferences(_ text: String) {
        #expect { try RegistryReference(parsing: text) } throws: { error in
            let problem = error as? Problem
            return problem?.code == "registry.reference" && problem?.kind == .usage
        }
    }

    @Test func components() throws {
        let reference = try RegistryReference(parsing: "example.org/a.b_c__d---e/f:x")
        #expect(reference.repository == "a.b_c__d---e/f")
        #expect(reference.server == "example.org")
        #expect(reference.selector == "x")
        let digest = try #require(Digest(hex: hex))
        #expect(reference.pinned(to: digest).description == "example.org/a.b_c__d---e/f@sha256:\(hex)")
        #expect(try reference.pinned(to: digest).tagged("y").description == "example.org/a.b_c__d---e/f:y")
        #expect(throws: Problem.self) { try reference.tagged("a b") }
        #expect(try RegistryReference(parsing: "debian").server == "registry-1.docker.io")
        #expect(try RegistryReference(repository: "debian").tag == nil)
        #expect(throws: Problem.self) { try RegistryReference(repository: "debian:x") }
    }
}
