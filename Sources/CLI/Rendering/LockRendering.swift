// SPDX-License-Identifier: Apache-2.0
import PlinthReports

enum LockRendering {
    static func lines(_ report: LockReport) -> [String] {
        let head = report.changed ? "Wrote" : "Unchanged"
        return report.differences + ["\(head) \(report.lock): \(report.packages) packages"]
    }
}
