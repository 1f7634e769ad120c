// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Environment {
    /// The variables, clock and processors of this process.
    package static func ofThisProcess() -> Environment {
        Environment(
            variables: ProcessInfo.processInfo.environment, now: { Int64(Date().timeIntervalSince1970) },
            width: max(1, ProcessInfo.processInfo.activeProcessorCount))
    }
}
