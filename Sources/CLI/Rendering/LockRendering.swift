// SPDX-License-Identifier: Apache-2.0
import PlinthReports

enum LockRendering {
    static func lines(_ report: LockReport) -> [String] {
        let head = report.changed ? "Wrote" : "Unchanged"
        let notes = report.notes.flatMap { TextWrap.wrap("note: \($0)", indent: "      ") }
        return report.differences + notes + ["\(head) \(report.lock): \(counted(report.packages, "package"))"]
            + report.variants.flatMap { [""] + lines($0) }
    }
}
