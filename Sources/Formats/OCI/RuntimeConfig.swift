// SPDX-License-Identifier: Apache-2.0

/// What a container of the image runs by default. Empty lists are left out when written.
package struct RuntimeConfig: Hashable, Sendable {
    package var user: String?
    /// `NAME=value`.
    package var environment: [String] = []
    package var entrypoint: [String] = []
    package var command: [String] = []
    package var workingDirectory: String?
    package var labels: [String: String] = [:]
    /// Such as `80/tcp`, sorted.
    package var exposedPorts: [String] = []
    /// Absolute paths, sorted.
    package var volumes: [String] = []
    package var stopSignal: String?

    package init() {}
}

extension RuntimeConfig: Codable {
    enum CodingKeys: String, CodingKey {
        case user = "User"
        case environment = "Env"
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case workingDirectory = "WorkingDir"
        case labels = "Labels"
        case exposedPorts = "ExposedPorts"
        case volumes = "Volumes"
        case stopSignal = "StopSignal"
    }

    /// The value of a member that says all by its name.
    private struct Nothing: Codable {}

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func strings(_ key: CodingKeys) throws -> [String] {
            try fields.decodeIfPresent([String].self, forKey: key) ?? []
        }
        func names(_ key: CodingKeys) throws -> [String] {
            try fields.decodeIfPresent([String: Nothing].self, forKey: key)?.keys.sorted() ?? []
        }
        user = try fields.decodeIfPresent(String.self, forKey: .user)
        environment = try strings(.environment)
        entrypoint = try strings(.entrypoint)
        command = try strings(.command)
        workingDirectory = try fields.decodeIfPresent(String.self, forKey: .workingDirectory)
        labels = try fields.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        exposedPorts = try names(.exposedPorts)
        volumes = try names(.volumes)
        stopSignal = try fields.decodeIfPresent(String.self, forKey: .stopSignal)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        func write(_ list: [String], _ key: CodingKeys) throws {
            if !list.isEmpty { try fields.encode(list, forKey: key) }
        }
        func writeNames(_ list: [String], _ key: CodingKeys) throws {
            if list.isEmpty { return }
            try fields.encode(Dictionary(list.map { ($0, Nothing()) }) { first, _ in first }, forKey: key)
        }
        try fields.encodeIfPresent(user, forKey: .user)
        try write(environment, .environment)
        try write(entrypoint, .entrypoint)
        try write(command, .command)
        try fields.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
        if !labels.isEmpty { try fields.encode(labels, forKey: .labels) }
        try writeNames(exposedPorts, .exposedPorts)
        try writeNames(volumes, .volumes)
        try fields.encodeIfPresent(stopSignal, forKey: .stopSignal)
    }
}
