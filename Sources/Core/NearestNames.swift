// SPDX-License-Identifier: Apache-2.0

/// The candidates nearest to a mistyped word, nearest first; at most a third of the word may differ.
///
/// Time grows with the number of candidates times the square of the word's length.
package func nearestNames(to word: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String] {
    let target = Array(word.utf8)
    let allowed = max(1, target.count / 3)
    var found: [(distance: Int, name: String)] = []
    for name in candidates {
        let other = Array(name.utf8)
        guard abs(other.count - target.count) <= allowed else { continue }
        let distance = editDistance(target, other)
        if distance <= allowed { found.append((distance, name)) }
    }
    return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for row in 0..<left.count {
        var current = [row + 1]
        for column in 0..<right.count {
            let same = left[row] == right[column]
            var best = min(previous[column] + (same ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                best = min(best, before[column - 1] + 1)
            }
            current.append(best)
        }
        before = previous
        previous = current
    }
    return previous[right.count]
}
