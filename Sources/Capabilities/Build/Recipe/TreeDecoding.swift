// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML

extension Recipe.Accounts {
    init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.accounts)
        runAs = try keys["run-as"]?.text(.runAs)
        users = try keys.value("users", default: []) { try $0.distinct(\.name) { try Recipe.User($0) } }
        groups = try keys.value("groups", default: []) { try $0.distinct(\.name) { try Recipe.Group($0) } }
    }
}

extension Recipe.User {
    fileprivate init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.user)
        name = try keys.required("username").text(.account)
        user = try keys.required("uid").identity()
        group = try keys.value("gid", default: user) { try $0.identity() }
        home = try keys.value("homedir", default: "/home/\(name)") { try $0.text(.homePath) }
        shell = try keys["shell"]?.text(.homePath)
        comment = try keys["gecos"]?.text(.field)
    }
}

extension Recipe.Group {
    fileprivate init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.group)
        name = try keys.required("groupname").text(.account)
        group = try keys.required("gid").identity()
        members = try keys.value("members", default: []) { try $0.list(.account) }
    }
}

extension Recipe.PathItem {
    init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.path)
        kind = try keys.required("type").choice(Kind.self)
        path = try keys.required("path").treePath()
        access = try Recipe.Access(keys)
        recursive = try keys.value("recursive", default: false) { try $0.boolean() }
        line = value.line
        try check(keys)
    }

    private mutating func check(_ keys: MappingReader) throws {
        if path.isRoot, kind != .permissions, kind != .directory {
            throw try keys.required("path").wrong("a path below /")
        }
        if recursive, kind != .permissions, kind != .directory {
            throw try keys.required("recursive").problem(
                "recipe.value", "“recursive” goes with the types directory and permissions only")
        }
        switch kind {
        case .hardlink: source = "/\(try keys.required("source").treePath())"
        case .symlink: source = try keys.required("source").text(.imagePath)
        case .directory, .emptyFile, .permissions:
            if let source = keys["source"] {
                throw source.problem("recipe.value", "“source” goes with the types symlink and hardlink only")
            }
        }
        if kind == .permissions, access == Recipe.Access() {
            throw try keys.required("type").problem(
                "recipe.value", "Nothing is said to change: give permissions, uid or gid")
        }
    }
}

extension Recipe.Access {
    init(_ keys: MappingReader) throws {
        user = try keys["uid"]?.identity()
        group = try keys["gid"]?.identity()
        mode = try keys["permissions"]?.mode()
    }
}

extension RecipeValue {
    func certificateProviders() throws -> [String]? {
        try MappingReader(self, RecipeKeys.certificates)["providers"]?.list(.word)
    }

    func certificates() throws -> [Recipe.Certificate] {
        let keys = try MappingReader(self, RecipeKeys.certificates)
        return try keys.value("additional", default: []) { list in
            try list.distinct(\.name) { value in
                let keys = try MappingReader(value, RecipeKeys.certificate)
                return Recipe.Certificate(
                    name: try keys.required("name").text(.fileName),
                    content: try keys.required("content").text(.certificate))
            }
        }
    }

    /// The elements of a list whose names must differ.
    fileprivate func distinct<Item>(
        _ name: (Item) -> String, _ decode: (RecipeValue) throws -> Item
    ) throws -> [Item] {
        var lines: [String: Int] = [:]
        return try elements().map { element in
            let item = try decode(element)
            if let line = lines.updateValue(element.line, forKey: name(item)) {
                throw element.problem(
                    "recipe.duplicate", "“\(SourceExcerpt.word(name(item)))” stands in “\(self.name)” twice",
                    hints: ["also on line \(line)"])
            }
            return item
        }
    }
}
