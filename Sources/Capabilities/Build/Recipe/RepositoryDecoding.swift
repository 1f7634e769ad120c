// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthYAML

extension Recipe.Contents {
    init(_ value: RecipeValue) throws {
        let keys = try MappingReader(value, RecipeKeys.contents)
        packages = try keys.value("packages", default: []) { try $0.elements().map { try $0.package() } }
        repositories = try keys.value("repositories", default: []) { try $0.elements().map { try $0.repository() } }
        buildRepositories = try keys["build_repositories"]?.elements().map { try $0.apkRepository() }
        runtimeRepositories = try keys["runtime_repositories"]?.list(.apkRepository)
        keyrings = try keys.value("keyring", default: []) { try $0.elements().map { try $0.keyFile() } }
        runtimeKeys = try keys["runtime_keyring"]?.elements().map { try $0.runtimeKey() }
        recommends = try keys.value("recommends", default: false) { try $0.boolean() }
    }
}

extension RecipeValue {
    /// What is wrong with Debian's repositories, in front of apk's.
    func checkDebianRepositories() throws {
        let keys = try MappingReader(self, RecipeKeys.contents)
        for element in try keys["repositories"]?.elements() ?? [] {
            if let line = element.node.text, !line.hasPrefix("deb ") { throw element.notRepository }
        }
        for element in try keys["keyring"]?.elements() ?? [] where element.node.text?.contains("://") == true {
            throw element.problem(
                "recipe.notYet", "This version cannot fetch keys yet", hints: ["save them to a file and name the file"])
        }
        for name in ["build_repositories", "runtime_repositories", "runtime_keyring"] {
            if let value = keys[name] { throw value.problem("recipe.value", "“\(name)” is for repositories of apk") }
        }
    }

    /// A package file is relative to the file it stands in.
    fileprivate func package() throws -> String {
        let word = try text(.package)
        return LocalPackage.isPath(word) ? document.hostPath(word) : word
    }

    /// `[@TAG] ADDRESS`, where a path is relative to the file it stands in.
    fileprivate func apkRepository() throws -> Recipe.Repository {
        let words = try text(.apkRepository).split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2, words[0].hasPrefix("@") else {
            return Recipe.Repository(url: Self.normal(document.hostPath(try text(.apkRepository))))
        }
        return Recipe.Repository(url: Self.normal(document.hostPath(words[1])), tag: String(words[0].dropFirst()))
    }

    fileprivate func runtimeKey() throws -> Recipe.RuntimeKey {
        let keys = try MappingReader(self, RecipeKeys.runtimeKey)
        return Recipe.RuntimeKey(
            name: try keys.required("name").text(.keyName), content: try keys.required("content").text(.publicKey))
    }

    fileprivate func repository() throws -> Recipe.Repository {
        if let line = node.text { return try line.hasPrefix("deb ") ? repository(line: line) : apkRepository() }
        let keys = try MappingReader(self, RecipeKeys.repository)
        return Recipe.Repository(
            url: Self.normal(try keys.required("url").text(.address)),
            suites: try keys.value("suites", default: []) { try $0.list(.suite) },
            components: try keys.value("components", default: []) { try $0.list(.component) },
            keyring: try keys["keyring"]?.keyFile())
    }

    /// `deb [signed-by=FILE] URL SUITE COMPONENT…` (sources.list(5), one-line style).
    private func repository(line: String) throws -> Recipe.Repository {
        var words = line.unicodeScalars.split(separator: " ").map { String($0) }
        guard !words.isEmpty, words.removeFirst() == "deb" else { throw notRepository }
        var keyring: String?
        if words.first?.hasPrefix("[") == true {
            guard let end = words.firstIndex(where: { $0.hasSuffix("]") }) else { throw notRepository }
            let options = words[...end].joined(separator: " ").dropFirst().dropLast()
            words.removeFirst(end + 1)
            keyring = try signedBy(options)
        }
        if words.count > 1, words[1].hasSuffix("/") {
            throw problem("recipe.notYet", "This version cannot read repositories without suites yet")
        }
        guard words.count >= 3, TextForm.address.accepts(words[0]), TextForm.suite.accepts(words[1]),
            words[2...].allSatisfy(TextForm.component.accepts)
        else { throw notRepository }
        return Recipe.Repository(
            url: Self.normal(words[0]), suites: [words[1]], components: Array(words[2...]), keyring: keyring)
    }

    private func signedBy(_ options: Substring) throws -> String? {
        var keyring: String?
        for option in options.split(separator: " ") {
            let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0] == "signed-by", parts[1].hasPrefix("/") else {
                throw problem(
                    "recipe.value", "A repository cannot have the option “\(SourceExcerpt.word(option))”",
                    hints: ["only signed-by=FILE is read; nothing unsigned gets in"])
            }
            keyring = parts[1]
        }
        return keyring
    }

    private var notRepository: Problem {
        wrong(
            "repositories such as {url: https://example.org/debian, suites: [trixie], components: [main]}",
            hints: ["or one line: deb [signed-by=FILE] URL SUITE COMPONENT…"])
    }

    /// A file of keys on this machine.
    fileprivate func keyFile() throws -> String {
        document.hostPath(try text(.oneLine))
    }

    /// Without slashes at the end; `file:///srv` is `/srv`.
    private static func normal(_ address: String) -> String {
        var text = address.hasPrefix("file:///") ? String(address.dropFirst(7)) : address
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
