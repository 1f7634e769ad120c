// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What a family reads in a package's control data: parsed when it is first asked for, then kept for rules, effects,
/// the database and the bill.
final class ParsedControl: Sendable {
    private let known = Mutex<(any Sendable)?>(nil)

    /// - Throws: what parsing throws; it is tried again the next time.
    func value<Control: Sendable>(_ parse: () throws -> Control) throws -> Control {
        try known.withLock { known in
            if let control = known as? Control { return control }
            let control = try parse()
            known = control
            return control
        }
    }
}
