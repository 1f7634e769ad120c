// SPDX-License-Identifier: Apache-2.0

/// Makes `gschemas.compiled` of the files in a directory of schemas, as GLib's `glib-compile-schemas` does: a file with
/// a fault is left out, and so is a default in an override that its key may not have.
package enum SchemaCompiler {
    /// One file by its name; only schemas, enumerations and overrides count.
    package struct Source: Sendable {
        package let name: String
        package let content: [UInt8]

        package init(name: String, content: [UInt8]) {
            self.name = name
            self.content = content
        }
    }

    /// - Returns: the database, nil when no file has schemas; and what was left out, with the reason.
    package static func compile(_ sources: [Source]) -> (database: [UInt8]?, faults: [String]) {
        let files = sources.filter { $0.isSchema }.sorted { $0.order < $1.order }
        guard !files.isEmpty else { return (nil, []) }
        var set = SchemaSet()
        var faults: [String] = []
        for file in files {
            do {
                try SchemaFile.read(file.content, into: &set)
            } catch {
                faults.append("\(file.name) was left out: line \(error.line): \(error.what)")
            }
        }
        for file in sources.filter(\.isOverride).sorted(by: { $0.order < $1.order }) {
            do {
                faults += try SchemaOverrides(file.content).apply(to: &set).map { "\(file.name): \($0)" }
            } catch {
                faults.append("\(file.name) was left out: line \(error.line): \(error.what)")
            }
        }
        return (set.file, faults)
    }
}

extension SchemaCompiler.Source {
    fileprivate var isSchema: Bool { name.hasSuffix(".gschema.xml") || name.hasSuffix(".enums.xml") }
    package var isOverride: Bool { name.hasSuffix(".gschema.override") }

    /// Enumerations first, else by name.
    fileprivate var order: (Int, ByteOrder) { (name.hasSuffix(".enums.xml") ? 0 : 1, ByteOrder(name)) }
}

/// Compares names byte by byte.
private struct ByteOrder: Comparable {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    static func < (left: ByteOrder, right: ByteOrder) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
