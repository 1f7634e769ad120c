// SPDX-License-Identifier: Apache-2.0
import PlinthOCI
import PlinthReports

/// What two configs differ in, field by field; layers and their history are told of elsewhere.
struct ConfigDifference {
    private(set) var changes: [DiffReport.Change] = []

    init(_ a: ImageConfig, _ b: ImageConfig) {
        add("platform", "\(a.platform)", "\(b.platform)")
        add("created", a.created, b.created)
        add("author", a.author, b.author)
        let (left, right) = (a.config ?? RuntimeConfig(), b.config ?? RuntimeConfig())
        add("user", left.user, right.user)
        add("entrypoint", Self.words(left.entrypoint), Self.words(right.entrypoint))
        add("command", Self.words(left.command), Self.words(right.command))
        add("working directory", left.workingDirectory, right.workingDirectory)
        addEach("environment", Self.pairs(left.environment), Self.pairs(right.environment))
        addEach("label", left.labels, right.labels)
        add("ports", Self.words(left.exposedPorts), Self.words(right.exposedPorts))
        add("volumes", Self.words(left.volumes), Self.words(right.volumes))
        add("stop signal", left.stopSignal, right.stopSignal)
    }

    private mutating func add(_ what: String, _ a: String?, _ b: String?) {
        // An empty field and an absent one mean the same.
        let (a, b) = (a == "" ? nil : a, b == "" ? nil : b)
        if a != b { changes.append(DiffReport.Change(what, a: a, b: b)) }
    }

    private mutating func addEach(_ what: String, _ a: [String: String], _ b: [String: String]) {
        for key in Set(a.keys).union(b.keys).sorted() where a[key] != b[key] {
            changes.append(DiffReport.Change("\(what) \(key)", a: a[key], b: b[key]))
        }
    }

    /// As a list is written in JSON, so that no two lists look alike.
    private static func words(_ list: [String]) -> String? {
        list.isEmpty ? nil : "[" + list.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    /// The last value of a variable counts.
    private static func pairs(_ list: [String]) -> [String: String] {
        Dictionary(
            list.map { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                return (parts[0], parts.count > 1 ? parts[1] : "")
            }
        ) { $1 }
    }
}
