// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

extension Recipe.FileItem {
    init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.file)
        kind = try keys["type"]?.choice(Kind.self)
        image = try keys["from"]?.imageName()
        source = try keys.required("source").text(.oneLine)
        if image == nil { source = keys["source"]?.document.hostPath(source) ?? source }
        path = try keys.required("path").treePath()
        isBelow = try keys.required("path").text(.imagePath).hasSuffix("/") && !path.isRoot ? true : nil
        access = try Recipe.Access(keys)
        digest = try keys["digest"].flatMap { Digest(parsing: try $0.text(.digest)) }
        keepsOwners = try keys.value("keep-owners", default: false) { try $0.boolean() } ? true : nil
        architectures = try keys["archs"]?.architectures()
        line = value.line
        try check(keys)
    }

    private func check(_ keys: MappingReader) throws {
        if path.isRoot, kind == .file { throw try keys.required("path").wrong("a path below /") }
        if image != nil {
            if let kind = keys["type"] {
                throw kind.problem(
                    "recipe.value", "“type” does not go with “from”", hints: ["what lies there is seen in the image"])
            }
            guard TreePath(text: source) != nil else { throw try keys.required("source").wrong("a path of the image") }
        }
        if kind == .directory, let digest = keys["digest"] {
            throw digest.problem(
                "recipe.value", "A directory has no digest to check",
                hints: ["pin a file, an archive (type: tar) or an image (from:)"])
        }
        if let owners = keys["keep-owners"], keepsOwners == true {
            guard image != nil || kind == .tar else {
                throw owners.problem("recipe.value", "“keep-owners” goes with “from” and the type tar only")
            }
            guard access.user == nil, access.group == nil else {
                throw owners.problem("recipe.value", "“keep-owners” does not go with “uid” and “gid”")
            }
        }
    }
}

extension RecipeValue {
    /// The name of an image; a path is relative to the file it stands in.
    func imageName() throws -> String {
        let text = try text(.oneLine)
        if text.hasPrefix("./") || text.hasPrefix("../") { return document.hostPath(text) }
        guard let colon = text.firstIndex(of: ":"), ImageSource.transports.contains(String(text[..<colon])),
            !text[text.index(after: colon)...].hasPrefix("//")
        else { return text }
        return text[...colon] + document.hostPath(String(text[text.index(after: colon)...]))
    }
}
