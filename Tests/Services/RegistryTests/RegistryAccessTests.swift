// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@testable import PlinthRegistry

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Passwords and certificates, against Debian's docker-registry.
@Suite(.enabled(if: hasRegistry, "docker-registry is not installed"), .timeLimit(.minutes(3)))
struct RegistryAccessTests {
    @Test func passwords() async throws {
        let image = try TestImage(layers: [noise(1000, seed: 1)])
        try await withRegistry(RegistrySetup(wantsPassword: true)) { registry in
            let reference = try RegistryReference(parsing: "\(registry.host)/a:1")
            for credential in [nil, Credential.password(user: "user", "wrong-hush")] {
                let configuration = RegistryConfiguration.quick { $0.credentials.given[registry.host] = credential }
                try await RegistryClient.with(configuration) { client in
                    let found = try await problem { _ = try await image.push(client, reference) }
                    #expect(found?.code == "registry.unauthorized")
                    #expect(found?.hints == ["Log in with `plinth login \(registry.host)`"])
                    #expect(found.map { "\($0)" }?.contains("hush") == false)
                }
            }
            let right = RegistryConfiguration.quick {
                $0.credentials.given[registry.host] = .password(user: "user", "secret")
            }
            try await RegistryClient.with(right) { client in
                _ = try await image.push(client, reference)
                #expect(try await client.tags(reference) == ["1"])
            }
        }
    }

    @Test func loginAndLogout() async throws {
        try await withRegistry(RegistrySetup(wantsPassword: true)) { registry in
            try await withAsyncScratchDirectory { directory in
                let file = directory.appending("sub/config.json")
                let variables = ["DOCKER_CONFIG": file.removingLastComponent().string]
                let environment = Environment(variables: variables, now: { 0 }, width: 1)
                let configuration = RegistryConfiguration.quick { $0.credentials = CredentialFiles(environment) }
                try await RegistryClient.with(configuration) { client in
                    let wrong = Credential.password(user: "user", "wrong")
                    let found = try await problem { try await client.login(registry.host, wrong) }
                    #expect(found?.code == "registry.unauthorized")
                    #expect((try? file.stat()) == nil)
                    let path = try await client.login("http://\(registry.host)/", .password(user: "user", "secret"))
                    #expect(path == file)
                    #expect(try file.stat().permissions.rawValue & 0o777 == 0o600)
                    let reference = try RegistryReference(parsing: "\(registry.host)/a:1")
                    #expect(try await client.upload(BlobContent(.layer, [1]), to: reference) == .sent)
                    #expect(try await client.logout(registry.host) == [file])
                    #expect(try await client.logout(registry.host) == [])
                }
                #expect(namesInDirectory(file.removingLastComponent()) == ["config.json"])
            }
        }
    }

    @Test func loginKeepsALinkedFileALink() async throws {
        try await withRegistry(RegistrySetup(wantsPassword: true)) { registry in
            try await withAsyncScratchDirectory { directory in
                let real = directory.appending("real.json")
                try writeFile(real, Array("{\"x\":1}".utf8), mode: 0o644)
                let link = directory.appending("link.json")
                #expect(symlink("real.json", link.string) == 0)
                let configuration = RegistryConfiguration.quick { $0.credentials = CredentialFiles(paths: [link]) }
                try await RegistryClient.with(configuration) { client in
                    _ = try await client.login(registry.host, .password(user: "user", "secret"))
                }
                #expect(try link.stat(followTargetSymlink: false).type == .symbolicLink)
                #expect(try real.stat().permissions.rawValue & 0o777 == 0o600)
                let text = String(decoding: try readFile(real), as: UTF8.self)
                #expect(text.contains("\"x\" : 1") && text.contains("dXNlcjpzZWNyZXQ="))
            }
        }
    }

    @Test func ownAuthority() async throws {
        try await withAsyncScratchDirectory { directory in
            let identity = try TestIdentity(in: directory)
            try await withRegistry(RegistrySetup(wantsPassword: true, identity: directory)) { registry in
                let reference = try RegistryReference(parsing: "\(registry.host)/a:1")
                let places = directory.appending("certs.d")
                func attempt(_ change: (inout RegistryConfiguration) -> Void) async throws -> Problem? {
                    let configuration = RegistryConfiguration.quick {
                        $0.credentials.given[registry.host] = .password(user: "user", "secret")
                        change(&$0)
                    }
                    return try await problem {
                        try await RegistryClient.with(configuration) { client in
                            _ = try await client.upload(BlobContent(.layer, noise(300_000, seed: 3)), to: reference)
                        }
                    }
                }
                #expect(try await attempt { _ in }?.code == "registry.certificate")
                #expect(try await attempt { $0.insecureHosts = [registry.host] } == nil)
                #expect(try await attempt { $0.certificates.roots = directory.appending("ca.crt") } == nil)
                #expect(try await attempt { $0.certificates.added = directory.appending("ca.crt") } == nil)
                let bad = try await attempt { $0.certificates.added = directory.appending("ca.key") }
                #expect(bad?.code == "registry.certificateFile")
                try identity.install(["ca.crt"], for: registry.host, in: places)
                #expect(try await attempt { $0.certificates.directories = ["/nowhere", places] } == nil)
            }
        }
    }

    @Test func mutualTLS() async throws {
        try await withAsyncScratchDirectory { directory in
            let identity = try TestIdentity(in: directory)
            let setup = RegistrySetup(identity: directory, clientAuthority: directory.appending("ca.crt"))
            try await withRegistry(setup) { registry in
                let reference = try RegistryReference(parsing: "\(registry.host)/a:1")
                let places = directory.appending("certs.d")
                let configuration = RegistryConfiguration.quick { $0.certificates.directories = [places] }
                try identity.install(["ca.crt"], for: registry.host, in: places)
                let found = try await problem {
                    try await RegistryClient.with(configuration) { _ = try await $0.tags(reference) }
                }
                #expect(found?.code == "registry.unreachable")
                #expect(found?.hints.first?.contains("client.cert") == true)
                try identity.install(["client.cert"], for: registry.host, in: places)
                let incomplete = try await problem {
                    try await RegistryClient.with(configuration) { _ = try await $0.tags(reference) }
                }
                #expect(incomplete?.code == "registry.certificateFile")
                try identity.install(["client.key"], for: registry.host, in: places)
                try await RegistryClient.with(configuration) { client in
                    let arrival = try await client.upload(BlobContent(.layer, [1]), to: reference)
                    #expect(arrival == .sent)
                }
            }
        }
    }
}
