// SPDX-License-Identifier: Apache-2.0

/// Runs `body` over the elements, at most `limit` at a time; results come in the order of the elements.
///
/// The first error cancels the rest and is thrown.
package func mapConcurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], limit: Int, _ body: @escaping @Sendable @concurrent (Element) async throws -> Result
) async throws -> [Result] {
    precondition(limit > 0, "a limit of at least one")
    return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: elements.count)
        var next = 0
        func start() {
            guard next < elements.count else { return }
            let index = next
            let element = elements[index]
            next += 1
            group.addTask { (index, try await body(element)) }
        }
        for _ in 0..<min(limit, elements.count) { start() }
        while let (index, result) = try await group.next() {
            results[index] = result
            start()
        }
        return results.compactMap { $0 }
    }
}
