// SPDX-License-Identifier: Apache-2.0
import PlinthCore
package import SystemPackage

/// A Debian archive in a directory, made for a test: pool, indexes, Release, by-hash, signatures.
///
/// `TestArchive(directory).write(suite: "stable", [TestPackage("hello")])` makes what apt could read from
/// `file:` or a loopback server.
package struct TestArchive: Sendable {
    package let directory: FilePath
    package var component = "main"
    /// Components whose lists are empty.
    package var emptyComponents: [String] = []
    package var architecture = "amd64"
    /// Seconds since 1970.
    package var date: Int64 = 1_750_000_000
    /// Seconds since 1970.
    package var validUntil: Int64?
    package var acquireByHash = true
    /// More lines of the Release file, such as `Origin: Test`.
    package var releaseLines: [String] = []
    /// Which forms of the index are written; the plain one is listed in Release even when it is not there.
    package var indexForms: [TestCompression] = [.none, .xz]

    package init(_ directory: FilePath) { self.directory = directory }

    /// Writes a suite with these packages, and signs it when there is a key.
    /// - Returns: the stanzas of its package list.
    @discardableResult
    package func write(suite: String, _ packages: [TestPackage], key: TestKey? = nil) throws -> String {
        let list = try packages.map { try add($0) }.joined(separator: "\n")
        try write(suite: suite, list: Array(list.utf8), key: key)
        return list
    }

    /// Writes a suite whose package list is given, whatever it holds.
    package func write(suite: String, list: [UInt8], key: TestKey? = nil) throws {
        let root = suiteDirectory(suite)
        let entries =
            try index(of: component, list, in: root) + emptyComponents.flatMap { try index(of: $0, [], in: root) }
        try write(release: release(suite, entries), to: root, key: key)
    }

    private typealias Entry = (path: String, bytes: [UInt8])

    /// Writes a component's list in every form and gives their lines for Release.
    private func index(of component: String, _ list: [UInt8], in root: FilePath) throws -> [Entry] {
        var entries: [Entry] = []
        for form in TestCompression.allCases where indexForms.contains(form) || form == .none {
            let bytes = try form.compress(list)
            let path = "\(component)/binary-\(architecture)/Packages" + form.suffix
            if indexForms.contains(form) { try write(bytes, root, path) }
            entries.append((path, bytes))
        }
        return entries
    }

    package func suiteDirectory(_ suite: String) -> FilePath { directory.appending("dists").appending(suite) }

    /// Writes Release, and with a key InRelease and Release.gpg.
    package func write(release: String, to root: FilePath, key: TestKey?) throws {
        try writeFile(root.appending("Release"), release)
        guard let key else { return }
        try writeFile(root.appending("InRelease"), try key.clearSign(Array(release.utf8)))
        try writeFile(root.appending("Release.gpg"), try key.detachedSignature(Array(release.utf8)))
    }

    /// Puts a package into the pool and gives its stanza.
    package func add(_ package: TestPackage) throws -> String {
        let bytes = try package.deb()
        let path = "pool/\(component)/\(package.name.prefix(1))/\(package.name)/\(package.fileName)"
        try writeFile(directory.appending(path), bytes)
        return TestArchive.stanza(package, path: path, bytes)
    }

    /// The stanza of a package in an index.
    package static func stanza(_ package: TestPackage, path: String, _ bytes: [UInt8]) -> String {
        let digests = "MD5sum: \(MD5.hex(of: bytes))\nSHA256: \(Digest.of(bytes).hex)\n"
        return package.control + "Filename: \(path)\nSize: \(bytes.count)\n" + digests
    }

    private func write(_ bytes: [UInt8], _ root: FilePath, _ path: String) throws {
        let file = root.appending(path)
        try writeFile(file, bytes)
        guard acquireByHash else { return }
        let byHash = file.removingLastComponent().appending("by-hash/SHA256").appending(Digest.of(bytes).hex)
        try writeFile(byHash, bytes)
    }

    private func release(_ suite: String, _ entries: [Entry]) -> String {
        var lines = ["Suite: \(suite)", "Codename: \(suite)", "Date: \(TestArchive.dateText(date))"]
        if let validUntil { lines.append("Valid-Until: \(TestArchive.dateText(validUntil))") }
        if acquireByHash { lines.append("Acquire-By-Hash: yes") }
        lines += ["No-Support-for-Architecture-all: Packages", "Architectures: all \(architecture)"]
        lines += ["Components: \(([component] + emptyComponents).joined(separator: " "))"] + releaseLines + ["SHA256:"]
        lines += entries.map { " \(Digest.of($0.bytes).hex) \($0.bytes.count) \($0.path)" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Such as `Sat, 21 Nov 2026 09:05:00 UTC`.
    package static func dateText(_ seconds: Int64) -> String {
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = seconds / 86_400
        let (year, month, day) = civil(days)
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
        return "\(weekdays[Int(days % 7)]), \(twoDigits(day)) \(months[month - 1]) \(year) \(clock) UTC"
    }

    private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// The date of a day counted from 1970-01-01.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int, day: Int64) {
        var year: Int64 = 1970
        var rest = days
        func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
        while rest >= (isLeap(year) ? 366 : 365) {
            rest -= isLeap(year) ? 366 : 365
            year += 1
        }
        var month = 1
        for length in [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as [Int64] {
            if rest < length { break }
            rest -= length
            month += 1
        }
        return (year, month, rest + 1)
    }
}
