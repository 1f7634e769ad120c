// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthReports

/// Where the space of an image goes, by purpose. Every file counts once, so the purposes sum up to all of it.
struct Anatomy {
    private struct Sum {
        var size: Int64 = 0
        var files = 0

        mutating func add(_ size: Int64) {
            self.size += size
            files += 1
        }
    }

    /// The largest first.
    let purposes: [InspectReport.Purpose]

    /// Time: a few comparisons for each file.
    /// - Parameter program: what the image runs: it is the application, unless a rule names it.
    init(_ tree: LayeredTree, program: String?) {
        let own = program.map { Array($0.utf8.dropFirst()) }
        var sums = [Sum](repeating: Sum(), count: AnatomyTable.rules.count + 1)
        // A file of several names goes by the most specific of them.
        var linked: [LayeredTree.FileIdentity: (rule: Int, size: Int64)] = [:]
        for index in tree.indices {
            let entry = tree.entry(at: index)
            guard case .file(let size) = entry.kind else { continue }
            let rule = Self.rule(tree.pathBytes(at: index), own)
            if entry.links == 1 {
                sums[rule].add(size)
            } else {
                linked[entry.file] = (min(rule, linked[entry.file]?.rule ?? rule), size)
            }
        }
        for (rule, size) in linked.values { sums[rule].add(size) }
        purposes = sums.enumerated().filter { $0.element.files > 0 }.map { number, sum in
            let (name, why) = AnatomyTable.purpose(number)
            return InspectReport.Purpose(name: name, size: ByteCount(sum.size), files: sum.files, why: why)
        }.sorted { ($1.size, $0.name) < ($0.size, $1.name) }
    }

    private static func rule(_ path: ArraySlice<UInt8>, _ own: [UInt8]?) -> Int {
        let rule = AnatomyPath(path).rule ?? AnatomyTable.rules.count
        let isOwn = rule >= AnatomyTable.firstGeneral && own.map { path.elementsEqual($0) } == true
        return isOwn ? AnatomyTable.rules.count : rule
    }
}
