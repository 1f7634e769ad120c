// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthRegistry

/// What another client makes of ours, and ours of its.
@Suite(
    .enabled(if: hasRegistry && hasProgram("skopeo"), "docker-registry or skopeo is not installed"),
    .timeLimit(.minutes(3)))
struct SkopeoTests {
    @Test func imagesAndLogins() async throws {
        let image = try TestImage(layers: [noise(50_000, seed: 20), noise(10, seed: 21)])
        try await withRegistry(RegistrySetup(wantsPassword: true)) { registry in
            try await withAsyncScratchDirectory { directory in
                let (ours, theirs) = (directory.appending("ours.json"), directory.appending("theirs.json"))
                let name = "\(registry.host)/team/image"
                try await RegistryClient.with(.quick { $0.credentials = CredentialFiles(paths: [ours]) }) { client in
                    try await client.login(registry.host, .password(user: "user", "secret"))
                    _ = try await image.push(client, try RegistryReference(parsing: "\(name):1"))
                }
                // With our login, skopeo copies our image.
                try outputOf(
                    "skopeo",
                    [
                        "copy", "--preserve-digests", "--authfile", ours.string, "--src-tls-verify=false",
                        "--dest-tls-verify=false", "docker://\(name):1", "docker://\(registry.host)/other:2",
                    ])
                // With its login, we read the copy.
                try outputOf(
                    "skopeo",
                    [
                        "login", "--authfile", theirs.string, "--tls-verify=false", "--username", "user",
                        "--password-stdin", registry.host,
                    ], input: Array("secret".utf8))
                try await RegistryClient.with(.quick { $0.credentials = CredentialFiles(paths: [theirs]) }) { client in
                    let copy = try RegistryReference(parsing: "\(registry.host)/other:2")
                    #expect(try await client.manifest(copy).bytes == image.manifest)
                    #expect(try await client.exists(image.blobs[1].descriptor, in: copy))
                    try await client.logout(registry.host)
                }
                #expect(try !String(decoding: readFile(theirs), as: UTF8.self).contains("127.0.0.1"))
            }
        }
    }
}
