// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthGSettings
import PlinthImage

/// `usr/share/glib-2.0/schemas/gschemas.compiled`, as `glib-compile-schemas` makes it of the files beside it.
struct SchemasEffect: Effect {
    let name = "glib schemas"
    let takesAllFiles = true

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        guard let folder = tree.resolve(Self.folder) else { return edit.report }
        var sources: [SchemaCompiler.Source] = []
        var total: Int64 = 0
        for path in tree.children(of: folder) {
            let name = String(decoding: path.name, as: UTF8.self)
            guard Self.suffixes.contains(where: name.hasSuffix), let place = tree.resolve(path),
                case .file(let size)? = tree[place]?.kind
            else { continue }
            total += size
            guard size <= Self.limit, total <= 8 * Self.limit else {
                edit.note("/\(path) was left out: files of schemas have at most 2 MB each, and 16 MB together")
                continue
            }
            sources.append(SchemaCompiler.Source(name: name, content: try tree.contents(place)))
        }
        let (database, faults) = SchemaCompiler.compile(sources)
        for fault in faults.prefix(20) { edit.note(fault) }
        if faults.count > 20 { edit.note("and \(faults.count - 20) more") }
        if let database { edit.write(folder.appending("gschemas.compiled"), database, in: &tree) }
        return edit.report
    }

    private static let folder = TreePath("usr/share/glib-2.0/schemas")
    private static let suffixes = [".gschema.xml", ".enums.xml", ".gschema.override"]
    private static let limit: Int64 = 2 << 20
}
