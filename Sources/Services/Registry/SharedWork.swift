// SPDX-License-Identifier: Apache-2.0

/// Does what many ask for at the same time once, and gives the result to all of them.
actor SharedWork<Key: Hashable & Sendable, Value: Sendable> {
    private var running: [Key: Task<Value, any Error>] = [:]

    func value(_ key: Key, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        if let task = running[key] { return try await task.value }
        // Owned by this actor until it ends, and bounded by the time limits of its connection. It is not cancelled
        // with whoever asked first: others wait for it too.
        let task = Task { try await work() }
        running[key] = task
        defer { running[key] = nil }
        return try await task.value
    }
}

/// Lets those who want to do the same thing do it one after another.
actor Turns<Key: Hashable & Sendable> {
    private var taken: Set<Key> = []
    private var waiting: [Key: [CheckedContinuation<Void, Never>]] = [:]

    /// Runs the body when nobody else runs one with this key. Waiting cannot be cancelled; who is at work can.
    nonisolated func taking<Result>(_ key: Key, _ body: () async throws -> Result) async throws -> Result {
        await take(key)
        do {
            try Task.checkCancellation()
            let result = try await body()
            await leave(key)
            return result
        } catch {
            await leave(key)
            throw error
        }
    }

    private func take(_ key: Key) async {
        if taken.insert(key).inserted { return }
        await withCheckedContinuation { waiting[key, default: []].append($0) }
    }

    /// The turn goes to whoever waits longest.
    private func leave(_ key: Key) {
        if waiting[key]?.isEmpty == false {
            waiting[key]?.removeFirst().resume()
        } else {
            waiting[key] = nil
            taken.remove(key)
        }
    }
}
