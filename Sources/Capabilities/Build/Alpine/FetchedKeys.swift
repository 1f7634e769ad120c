// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch

/// A key that a recipe names by its address.
struct FetchedKey: Sendable {
    let address: String
    let key: AlpineKey

    var digest: Digest { Digest.of(key.content) }
}

extension Workshop {
    /// The same plan with the keys fetched that it names by address.
    ///
    /// The connection vouches for them the first time; from then on the lock does.
    /// - Throws: `key.insecure`, `fetch.*`.
    func withKeys(_ plan: RecipePlan) async throws -> RecipePlan {
        var copy = plan
        for address in plan.recipe.contents.keyrings where address.contains("://") {
            guard address.hasPrefix("https://") || Self.isLoopback(address) else {
                throw Problem(
                    "key.insecure", "A key has to come over a connection that is secured", at: address,
                    hints: ["write https://, or save the key and name the file"], kind: .usage)
            }
            let name = address.split(separator: "/").last.map(String.init) ?? ""
            guard TextForm.keyName.accepts(name) else {
                throw Problem("key.insecure", "A key's address ends in the key's name", at: address, kind: .usage)
            }
            let document = try await downloader.document(name, [address], limit: ByteCount(1 << 16))
            copy.fetchedKeys.append(
                FetchedKey(address: address, key: AlpineKey(name: name, content: document.bytes)))
        }
        return copy
    }

    private static func isLoopback(_ address: String) -> Bool {
        ["http://127.0.0.1", "http://[::1]", "http://localhost"].contains { start in
            address.hasPrefix(start) && [":", "/"].contains(address.dropFirst(start.count).first)
        }
    }
}

extension RecipePlan {
    /// The digests of fetched keys by address; nil where there are none.
    var keyDigests: [String: Digest]? {
        fetchedKeys.isEmpty ? nil : Dictionary(fetchedKeys.map { ($0.address, $0.digest) }) { first, _ in first }
    }

    /// - Throws: `key.changed`.
    func checkKeys(against lock: Lock?) throws {
        for key in fetchedKeys {
            guard let locked = lock?.keys?[key.address], locked != key.digest else { continue }
            throw Problem(
                "key.changed", "A key is another than when the recipe was locked", at: key.address,
                why: "its digest is \(key.digest), and was \(locked)",
                hints: ["if that is as it should be: plinth lock --update"])
        }
    }
}
