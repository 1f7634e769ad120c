// SPDX-License-Identifier: Apache-2.0
import PlinthOCI

/// What an image's configuration says besides its layers.
struct ImageSettings: Hashable, Codable, Sendable {
    var user: String?
    var entrypoint: [String] = []
    var command: [String] = []
    /// Names and values; sorted when written.
    var environment: [String: String] = [:]
    var workingDirectory: String?
    var stopSignal: String?
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]
    var volumes: [String] = []
    var ports: [String] = []

    static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    var runtimeConfig: RuntimeConfig {
        var config = RuntimeConfig()
        config.user = user
        config.entrypoint = entrypoint
        config.command = command
        let variables = environment.merging(["PATH": Self.path]) { own, _ in own }
        config.environment = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        config.workingDirectory = workingDirectory
        config.stopSignal = stopSignal
        config.labels = labels
        config.volumes = volumes
        config.exposedPorts = ports
        return config
    }
}
