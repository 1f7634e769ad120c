// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
package import SystemPackage

/// The files in which credentials are looked up, as docker, podman and skopeo keep them.
package struct CredentialFiles: Sendable {
    /// Given on the command line: they win over every file.
    package var given: [String: Credential] = [:]
    /// In the order in which they are asked.
    package var paths: [FilePath]
    /// Where `login` writes when no file knows the host yet.
    package var home: FilePath?
    /// Handed to credential helpers.
    package var variables: [String: String]

    package init(paths: [FilePath] = [], variables: [String: String] = [:]) {
        self.paths = paths
        home = paths.first
        self.variables = variables
    }

    /// `REGISTRY_AUTH_FILE` alone if it is set; else podman's files, then docker's.
    package init(_ environment: Environment) {
        variables = environment.variables
        if let only = environment["REGISTRY_AUTH_FILE"] {
            paths = [FilePath(only)]
            home = paths.first
            return
        }
        let user = environment["HOME"].map { FilePath($0) }
        let settings = environment["XDG_CONFIG_HOME"].map { FilePath($0) } ?? user?.appending(".config")
        let docker = environment["DOCKER_CONFIG"].map { FilePath($0) } ?? user?.appending(".docker")
        home = docker?.appending("config.json")
        let podman = [environment["XDG_RUNTIME_DIR"].map { FilePath($0) }, settings].compactMap {
            $0?.appending("containers/auth.json")
        }
        paths = podman + [home].compactMap { $0 }
    }
}

extension CredentialFiles {
    /// The credentials for a repository, or a host if no repository is named; nil when nobody knows any.
    /// - Throws: `Problem` with code `registry.credentialFile` or `registry.credentialHelper`.
    package func credential(host: String, repository: String? = nil) async throws -> Credential? {
        if let found = given[host] { return found }
        let names = CredentialNames(host: host, repository: repository)
        for path in paths {
            guard let file = try CredentialFile(reading: path) else { continue }
            if let found = try await credential(names, in: file) { return found }
        }
        return nil
    }

    private func credential(_ names: CredentialNames, in file: CredentialFile) async throws -> Credential? {
        for name in names.specific {
            if let program = file.helpers[name] {
                return try await CredentialHelper(program, variables).get(helperKey(name, names))
            }
            if let program = file.store, name == names.host,
                let found = try await CredentialHelper(program, variables).get(names.serverKey)
            {
                return found
            }
            if let found = try file.credential(named: name) { return found }
        }
        return nil
    }

    private func helperKey(_ name: String, _ names: CredentialNames) -> String {
        name == names.host ? names.serverKey : name
    }

    /// Where an entry for the host stands, or should be written.
    /// - Throws: `Problem` with code `registry.credentialFile`.
    func target(for host: String) throws -> FilePath {
        let names = CredentialNames(host: host, repository: nil)
        for path in paths {
            if let file = try CredentialFile(reading: path), file.knows(names) { return path }
        }
        guard let home else {
            throw Problem(
                "registry.credentialFile", "There is no file to keep credentials in",
                why: "neither HOME nor REGISTRY_AUTH_FILE is set", kind: .usage)
        }
        return home
    }
}

/// Under which names a file may hold the credentials for a repository.
struct CredentialNames {
    let host: String
    /// The repository, the namespaces above it, the host: the most specific first.
    let specific: [String]

    init(host: String, repository: String?) {
        self.host = host
        let parts = repository?.split(separator: "/") ?? []
        specific = (0...parts.count).reversed().map { ([host[...]] + parts[..<$0]).joined(separator: "/") }
    }

    /// What credential helpers know the host by.
    var serverKey: String { host == "docker.io" ? "https://index.docker.io/v1/" : host }

    /// `https://example.org/v2/` means `example.org`, and Docker Hub has three names.
    static func host(of key: String) -> String {
        guard let scheme = key.firstRange(of: "://") else { return hub(key) }
        return hub(String(key[scheme.upperBound...].prefix { $0 != "/" }))
    }

    private static func hub(_ name: String) -> String {
        name == "index.docker.io" || name == "registry-1.docker.io" ? "docker.io" : name.lowercased()
    }
}
