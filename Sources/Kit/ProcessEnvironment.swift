// SPDX-License-Identifier: Apache-2.0
package import PlinthCore
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Environment {
    /// The variables, clock, processors and working directory of this process.
    package static func ofThisProcess() -> Environment {
        Environment(
            variables: ProcessInfo.processInfo.environment, now: { Int64(Date().timeIntervalSince1970) },
            width: max(1, ProcessInfo.processInfo.activeProcessorCount),
            workingDirectory: FilePath(FileManager.default.currentDirectoryPath))
    }
}
