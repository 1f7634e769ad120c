// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
package import PlinthReports
import SystemPackage

extension Toolkit {
    /// Looks after the store.
    /// - Throws: `Problem`s of the store.
    package func cache(_ action: CacheAction) throws -> CacheReport {
        switch action {
        case .status: report("status", try store.status())
        case .prune(let days): report("prune", try store.prune(keepDays: days, now: environment.now()))
        case .verify:
            report("verify", try store.status(), faults: try store.verify().map { "\($0.path): \($0.why)" })
        }
    }

    private func report(_ action: String, _ status: StoreStatus, faults: [String] = []) -> CacheReport {
        let shelves = status.shelves.sorted { $0.key < $1.key }.map {
            CacheReport.Shelf(name: $0.key, files: $0.value.files, size: $0.value.bytes)
        }
        return CacheReport(home: store.home.string, action: action, shelves: shelves, faults: faults)
    }
}
