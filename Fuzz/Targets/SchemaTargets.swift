// SPDX-License-Identifier: Apache-2.0
import PlinthGSettings

extension FuzzTarget {
    /// A file of schemas, then a line with a NUL, then overrides.
    static func schemas(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let sources = [
            SchemaCompiler.Source(name: "a.gschema.xml", content: parts[0]),
            SchemaCompiler.Source(name: "b.gschema.override", content: parts.count > 1 ? parts[1] : []),
        ]
        let (database, _) = SchemaCompiler.compile(sources)
        precondition(database?.starts(with: "GVariant".utf8) == true)
    }
}
