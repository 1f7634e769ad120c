// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What `update-alternatives --install` is asked to add.
package struct AlternativeInstallation: Sendable, Equatable {
    package struct Follower: Sendable, Equatable {
        package let link: String
        package let name: String
        package let path: String
    }

    package let link: String
    package let name: String
    package let path: String
    package let priority: Int
    package let followers: [Follower]

    /// Reads the arguments of update-alternatives; nil when they ask for something else than `--install`.
    /// - Parameter arguments: without the program's own name.
    /// - Throws: `Problem` with code `alternatives.arguments`.
    package init?(arguments: [String]) throws(Problem) {
        guard let start = arguments.firstIndex(of: "--install") else { return nil }
        let main = arguments[(start + 1)...].prefix(4).map { $0 }
        guard main.count == 4, Self.isLink(main[0]), Self.isName(main[1]), main[2].hasPrefix("/"),
            let priority = Int(main[3])
        else { throw Self.bad("--install needs a link, a name, a path and a priority") }
        (link, name, path) = (main[0], main[1], main[2])
        self.priority = priority
        followers = try Self.followers(arguments[..<start] + arguments[(start + 5)...])
    }

    private static func followers(_ arguments: ArraySlice<String>) throws(Problem) -> [Follower] {
        var rest = Array(arguments)[...]
        var result: [Follower] = []
        while let next = rest.popFirst() {
            switch next {
            case "--slave":
                let parts = rest.prefix(3).map { $0 }
                rest = rest.dropFirst(3)
                guard parts.count == 3, isLink(parts[0]), isName(parts[1]), parts[2].hasPrefix("/") else {
                    throw bad("--slave needs a link, a name and a path")
                }
                result.append(Follower(link: parts[0], name: parts[1], path: parts[2]))
            case "--altdir", "--admindir", "--instdir", "--root", "--log": rest = rest.dropFirst()
            case _ where next.hasPrefix("--"): continue
            default: throw bad("“\(next)” was not expected")
            }
        }
        return result
    }

    private static func isLink(_ text: String) -> Bool { text.hasPrefix("/") && !text.utf8.contains(newline) }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.utf8.contains { isBlank($0) || $0 == UInt8(ascii: "/") }
    }

    private static func bad(_ why: String) -> Problem {
        Problem("alternatives.arguments", "A call of update-alternatives cannot be understood", why: why)
    }
}
