// SPDX-License-Identifier: Apache-2.0
package import SystemPackage

/// What a run takes from the world around it. `main` makes one and passes it down; tests make their own.
package struct Environment: Sendable {
    /// Environment variables.
    package var variables: [String: String]
    /// Seconds since 1970. For freshness and expiry only: nothing that is written depends on it.
    package var now: @Sendable () -> Int64
    /// How many tasks may work at once.
    package var width: Int
    /// Absolute: what relative paths are relative to.
    package var workingDirectory: FilePath

    package init(
        variables: [String: String], now: @escaping @Sendable () -> Int64, width: Int, workingDirectory: FilePath = "/"
    ) {
        self.variables = variables
        self.now = now
        self.width = width
        self.workingDirectory = workingDirectory
    }

    package subscript(name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
