// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import SystemPackage

/// A `config.json` of docker's or `auth.json` of podman's. What we do not know in it stays as it is.
struct CredentialFile {
    let path: FilePath
    private(set) var content: JSONValue

    /// Nil when there is no such file, or nothing in it.
    /// - Throws: `Problem` with code `registry.credentialFile`.
    init?(reading path: FilePath) throws {
        guard (try? path.stat()) != nil else { return nil }
        let bytes: [UInt8]
        do { bytes = try FileSource(path).readAll(limit: OCIJSON.limit) } catch {
            throw CredentialFile.problem(path, "it cannot be read", cause: error)
        }
        if bytes.allSatisfy({ $0 <= 0x20 }) { return nil }
        try self.init(bytes, path)
    }

    init(_ bytes: [UInt8], _ path: FilePath) throws {
        self.path = path
        do { content = try OCIJSON.decode(JSONValue.self, from: bytes, at: path.string) } catch let error as Problem {
            // The cause is not kept: it may quote the text around the mistake.
            throw CredentialFile.problem(path, error.why ?? "it is no JSON")
        }
        guard case .object = content else { throw CredentialFile.problem(path, "it is no JSON object") }
    }

    init(empty path: FilePath) {
        self.path = path
        content = .object([:])
    }

    static func problem(_ path: FilePath, _ why: String, cause: (any Error)? = nil) -> Problem {
        Problem(
            "registry.credentialFile", "A file with credentials cannot be used", at: path.string, why: why,
            cause: cause)
    }

    /// Names of helper programs by host or namespace.
    var helpers: [String: String] { members(content["credHelpers"]).compactMapValues(\.text) }

    /// The helper for every other host.
    var store: String? { content["credsStore"]?.text.flatMap { $0.isEmpty ? nil : $0 } }

    func knows(_ names: CredentialNames) -> Bool {
        helpers[names.host] != nil || !keys(for: names.host).isEmpty
    }

    /// The entry under exactly this name, or, for a host, under one of the ways to write it.
    func credential(named name: String) throws -> Credential? {
        let entries = members(content["auths"])
        for key in keys(for: name) {
            if let entry = entries[key], let found = try credential(entry) { return found }
        }
        return nil
    }

    /// Exact first, then the others sorted, so that the choice does not depend on the order of a dictionary.
    private func keys(for name: String) -> [String] {
        members(content["auths"]).keys.filter { $0 == name || CredentialNames.host(of: $0) == name }
            .sorted { ($0 == name ? 0 : 1, $0) < ($1 == name ? 0 : 1, $1) }
    }

    private func credential(_ entry: JSONValue) throws -> Credential? {
        func text(_ name: String) -> String? { entry[name]?.text.flatMap { $0.isEmpty ? nil : $0 } }
        if let token = text("identitytoken") { return .identityToken(token) }
        if let token = text("registrytoken") { return .registryToken(token) }
        if let encoded = text("auth") {
            guard let decoded = Base64.decode(encoded), let colon = decoded.firstIndex(of: ":") else {
                throw CredentialFile.problem(path, "an `auth` is no base64 of user:password")
            }
            let password = decoded[decoded.index(after: colon)...]
            return .password(user: String(decoded[..<colon]), String(password))
        }
        guard let user = text("username"), let password = text("password") else { return nil }
        return .password(user: user, password)
    }

    private func members(_ value: JSONValue?) -> [String: JSONValue] {
        if case .object(let members)? = value { members } else { [:] }
    }
}

extension CredentialFile {
    /// The key that docker and podman write for a host.
    private static func key(_ host: String) -> String { host == "docker.io" ? "https://index.docker.io/v1/" : host }

    /// Puts a host's entry in place of all there are for it.
    mutating func set(_ credential: Credential, host: String) {
        remove(host)
        var auths = members(content["auths"])
        auths[CredentialFile.key(host)] =
            switch credential {
            case .password(let user, let password):
                .object(["auth": .string(Base64.encode(user + ":" + password))])
            case .identityToken(let token): .object(["identitytoken": .string(token)])
            case .registryToken(let token): .object(["registrytoken": .string(token)])
            }
        content["auths"] = .object(auths)
    }

    /// - Returns: whether there was an entry.
    @discardableResult
    mutating func remove(_ host: String) -> Bool {
        var auths = members(content["auths"])
        let found = keys(for: host)
        if found.isEmpty { return false }
        for key in found { auths[key] = nil }
        content["auths"] = .object(auths)
        return true
    }

    /// Writes beside and renames; nobody else may read the file. A symbolic link stays one.
    /// - Throws: `Problem` with code `registry.credentialFile`.
    func save() throws {
        do { try HostFiles.replace(path, with: try OCIJSON.encodeForPeople(content)) } catch {
            throw CredentialFile.problem(path, "it cannot be written: \(error)", cause: error)
        }
    }
}
