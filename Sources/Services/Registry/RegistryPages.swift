// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOHTTP1
import PlinthCore
package import PlinthOCI
import PlinthWeb

extension RegistryClient {
    /// All tags of a repository, in the registry's order.
    /// - Throws: `Problem` with a code `registry.*`; `registry.pages` when there is no end of them.
    package func tags(_ reference: RegistryReference) async throws -> [String] {
        struct Page: Decodable { var tags: [String]? }
        var tags: [String] = []
        try await pages("tags/list?n=1000", of: repository(reference), "Listing the tags of \(reference.name)") {
            bytes in
            tags += try OCIJSON.decode(Page.self, from: bytes, at: "tags of \(reference.name)").tags ?? []
        }
        return tags
    }

    /// Reads page after page, as `Link` says. The body gets the bytes of each.
    /// - Parameter lacking: what a registry answers that has no such list.
    /// - Throws: `NoSuchList`, or `Problem`: the pages end after 10,000 or 64 MiB, or when one comes again.
    func pages(
        _ first: String, of repository: RemoteRepository, _ what: String, lacking: Set<Int> = [],
        _ body: ([UInt8]) throws -> Void
    ) async throws {
        var next: WebAddress? = try await lines.retrying { try await repository.call(.GET, first, .pull).address }
        var seen: Set<WebAddress> = []
        var total = 0
        while let address = next {
            guard seen.count < 10_000, total < 64 << 20, seen.insert(address).inserted else {
                throw Problem("registry.pages", "\(what) comes to no end", at: address.place)
            }
            let (answer, bytes) = try await lines.retrying {
                let answer = try await repository.answer(to: repository.call(.GET, address, .pull))
                if lacking.contains(answer.status) {
                    _ = try await answer.drained()
                    throw NoSuchList()
                }
                guard answer.status == 200 else { throw try await repository.refusal(answer, what) }
                return (answer, try await answer.collect(what, limit: OCIJSON.limit))
            }
            total += bytes.count
            try body(bytes)
            next = try NextPage.address(after: answer)
        }
    }
}

/// A registry does not know a kind of list at all.
struct NoSuchList: Error {}

/// The field `Link` (RFC 8288, section 3).
enum NextPage {
    /// - Throws: `Problem` with code `registry.protocol` when the next page is on another server.
    static func address(after answer: HTTPAnswer) throws -> WebAddress? {
        for field in answer.response.headers["Link"] {
            guard let link = target(in: field) else { continue }
            guard let next = answer.address.leading(to: link), next.isSameServer(answer.address) else {
                throw RegistryFailure.protocolFault(answer.address, "the next page is on another server").problem
            }
            return next
        }
        return nil
    }

    /// The address in `<address>; rel="next"`; nil for other relations.
    static func target(in field: String) -> String? {
        guard let open = field.firstIndex(of: "<"), let close = field[open...].firstIndex(of: ">") else { return nil }
        let parameters = field[field.index(after: close)...].split(separator: ";").map { part in
            part.filter { $0 != " " && $0 != "\"" }.lowercased()
        }
        guard parameters.contains("rel=next") else { return nil }
        return String(field[field.index(after: open)..<close])
    }
}
