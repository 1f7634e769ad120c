// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch

extension Store {
    /// Reads a file of the store; what is damaged is as good as gone: it is asked for or made again.
    func readIntact(_ shelf: Shelf, _ key: String, _ suffix: String, limit: Int) throws -> [UInt8]? {
        do {
            return try read(shelf, key, suffix, limit: limit)
        } catch let problem as Problem where problem.code == "store.damaged" { return nil }
    }
}
