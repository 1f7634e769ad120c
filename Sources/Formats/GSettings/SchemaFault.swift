// SPDX-License-Identifier: Apache-2.0

/// Why a file of schemas or a value in it cannot be used.
package struct SchemaFault: Error, Equatable, Sendable {
    /// From 1; 0 where there is none.
    package var line: Int
    package let what: String

    init(_ what: String, line: Int = 0) {
        self.what = what
        self.line = line
    }

    func at(_ line: Int) -> SchemaFault { self.line == 0 ? SchemaFault(what, line: line) : self }
}
