// SPDX-License-Identifier: Apache-2.0
import PlinthCore

@testable import PlinthPackages

/// Packages written down in a line each:
///
///     name version; needs a (>= 2), b | c; pre d; wants e; conflicts f; breaks g (<< 3); provides h (= 1)
///
/// and, where it matters, `essential`, `protected`, `prio required`, `arch amd64`, `ma allowed`, `in LABEL`.
struct TextUniverse {
    var records: [(label: String, record: PackageRecord)]

    init(_ text: String) {
        records = text.split(separator: "\n").map { Self.parse($0) }
    }

    init(_ records: [PackageRecord]) { self.records = records.map { ("main", $0) } }

    /// - Parameter priorities: pins by label; 500 where none is given.
    func universe(architecture: String = "amd64", priorities: [String: Int] = [:]) -> Universe {
        var labels: [String] = []
        for (label, _) in records where !labels.contains(label) { labels.append(label) }
        let sources = labels.map { label in
            TextSource(
                label: label, priority: priorities[label] ?? 500,
                records: records.filter { $0.label == label }.map(\.record))
        }
        return Universe(architecture: architecture, sources: sources, compare: compareNumbers)
    }

    private static func parse(_ line: Substring) -> (String, PackageRecord) {
        let parts = line.split(separator: ";").map { $0.trimmed }
        let head = parts[0].split(separator: " ")
        var record = makeRecord(name: String(head[0]), version: String(head[1]))
        var label = "main"
        for part in parts.dropFirst() {
            let word = part.prefix { $0 != " " }
            let rest = part.dropFirst(word.count).trimmed
            switch word {
            case "essential": record.isEssential = true
            case "protected": record.isProtected = true
            case "in": label = String(rest)
            case "arch": record.architecture = String(rest)
            case "prio": record.priority = priorities[String(rest)] ?? .optional
            case "ma": record.multiArch = multiArchs[String(rest)] ?? .no
            default: if let kind = kinds[String(word)] { record.relations[kind] = groups(rest) }
            }
        }
        return (label, record)
    }

    static func groups(_ text: Substring) -> [RequirementGroup] {
        text.split(separator: ",").map { group in
            RequirementGroup(alternatives: group.split(separator: "|").map { requirement($0.trimmed) })
        }
    }

    private static func requirement(_ text: Substring) -> Requirement {
        let words = text.split { " ()".contains($0) }
        let name = words[0].split(separator: ":")
        return Requirement(
            name: String(name[0]), architecture: name.count > 1 ? String(name[1]) : nil,
            comparison: words.count > 1 ? operators[String(words[1])] ?? .any : .any,
            version: words.count > 2 ? String(words[2]) : "")
    }
}

func makeRecord(name: String, version: String) -> PackageRecord {
    // Files of one name and version are the same file wherever they are offered.
    let digest = Digest.of(Array("\(name) \(version)".utf8))
    return PackageRecord(
        name: name, version: version, architecture: "amd64", source: name, sourceVersion: version, multiArch: .no,
        isEssential: false, isProtected: false, priority: .optional, section: "misc", installedSize: ByteCount(1),
        relations: [:], location: PackageLocation(path: "\(name).deb", size: ByteCount(1), digest: digest))
}

struct TextSource: PackageSource {
    let label: String
    let priority: Int
    let records: [PackageRecord]

    func versions(of name: String) -> [PackageRecord] { records.filter { $0.name == name } }

    func providers(of name: String) -> [PackageRecord] {
        records.filter { record in
            (record.relations[.provides] ?? []).contains { $0.alternatives.contains { $0.name == name } }
        }
    }

    func names() -> [String] { records.map(\.name) }
}

/// Dotted numbers, compared number by number.
@Sendable func compareNumbers(_ left: String, _ right: String) -> Int {
    let one = left.split(separator: ".").map { Int($0) ?? 0 }
    let other = right.split(separator: ".").map { Int($0) ?? 0 }
    for index in 0..<max(one.count, other.count) {
        let difference = (index < one.count ? one[index] : 0) - (index < other.count ? other[index] : 0)
        if difference != 0 { return difference }
    }
    return 0
}

/// `name=version` of everything chosen, in order.
func listing(_ resolution: Resolution) -> String {
    resolution.packages.map { "\($0.record.name)=\($0.record.version)" }.joined(separator: " ")
}

private let kinds: [String: RelationKind] = [
    "needs": .depends, "pre": .preDepends, "wants": .recommends, "suggests": .suggests, "conflicts": .conflicts,
    "breaks": .breaks, "provides": .provides,
]
private let priorities: [String: Priority] = [
    "required": .required, "important": .important, "standard": .standard, "extra": .extra,
]
private let multiArchs: [String: MultiArch] = ["same": .same, "foreign": .foreign, "allowed": .allowed]
private let operators: [String: VersionOperator] = [
    "<<": .less, "<=": .lessOrEqual, "=": .equal, ">=": .greaterOrEqual, ">>": .greater,
]

extension Substring {
    fileprivate var trimmed: Substring {
        let front = drop { $0 == " " }
        return front.reversed().drop { $0 == " " }.count == front.count
            ? front : front.prefix(front.reversed().drop { $0 == " " }.count)
    }
}
