// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// A package that the database of apk knows.
package struct ApkPackage: Hashable, Sendable {
    package var name: String
    package var version: String
    package var architecture: String
    /// The name of the source package.
    package var origin: String?

    /// The packages of `lib/apk/db/installed`, in the order of the file: lines of a letter, a colon and a value, an
    /// empty line behind each package. The lines about files are passed over.
    ///
    /// Time: one look at every line.
    /// - Throws: `Problem` with code `apk.syntax`.
    package static func parse(installed bytes: [UInt8], place: String) throws(Problem) -> [ApkPackage] {
        var packages: [ApkPackage] = []
        var fields: [UInt8: String] = [:]
        var start = 0
        var number = 0
        while start < bytes.count {
            number += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            defer { start = end + 1 }
            if end == start {
                if let package = try package(fields, place, number) { packages.append(package) }
                fields.removeAll(keepingCapacity: true)
                continue
            }
            guard end - start >= 2, bytes[start + 1] == UInt8(ascii: ":") else {
                throw broken(place, "line \(number) has no field")
            }
            guard wanted.contains(bytes[start]) else { continue }
            fields[bytes[start]] = String(decoding: bytes[start + 2..<end], as: UTF8.self)
        }
        if let package = try package(fields, place, number) { packages.append(package) }
        return packages
    }

    private static let wanted = Array("PVAo".utf8)

    private static func package(
        _ fields: [UInt8: String], _ place: String, _ line: Int
    ) throws(Problem) -> ApkPackage? {
        if fields.isEmpty { return nil }
        guard let name = fields[UInt8(ascii: "P")], !name.isEmpty else {
            throw broken(place, "the package before line \(line) has no name")
        }
        guard let version = fields[UInt8(ascii: "V")], !version.isEmpty else {
            throw broken(place, "package \(name) has no version")
        }
        return ApkPackage(
            name: name, version: version, architecture: fields[UInt8(ascii: "A")] ?? "",
            origin: fields[UInt8(ascii: "o")])
    }

    private static func broken(_ place: String, _ why: String) -> Problem {
        Problem("apk.syntax", "A package database cannot be read", at: place, why: why)
    }
}
