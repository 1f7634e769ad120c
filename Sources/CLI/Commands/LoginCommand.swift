// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PlinthKit

/// `plinth login REGISTRY`
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Keep a name and password for a registry.",
        usage: "plinth login <registry> --username <name> [<options>]",
        discussion: """
            The registry is asked first. Docker, podman and skopeo find them too: they
            stand in REGISTRY_AUTH_FILE, or in docker's config.json, or with the
            credential helper that it names.

            EXAMPLES
              plinth login registry.example.org --username ann
              pass show registry | plinth login localhost:5000 -u ann --password-stdin
            """)

    @Argument(help: ArgumentHelp("The registry: HOST[:PORT].", valueName: "registry"))
    var name: String

    @Option(name: [.customShort("u"), .long], help: ArgumentHelp("The name to log in with.", valueName: "name"))
    var username: String

    @Flag(help: "Read the password from standard input instead of asking for it.")
    var passwordStdin = false

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let password = try passwordStdin ? PasswordInput.read() : PasswordInput.ask("Password for \(username): ")
        let session = Session(output)
        let request = LoginRequest(registry: name, user: username, password: password, access: registry.settings)
        let report = try await session.toolkit { try await $0.login(request) }
        try session.finish(report, CopyRendering.login)
    }
}

/// `plinth logout REGISTRY`
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Forget the name and password for a registry.",
        discussion: """
            EXAMPLES
              plinth logout registry.example.org
              plinth logout localhost:5000 --quiet
            """)

    @Argument(help: ArgumentHelp("The registry: HOST[:PORT].", valueName: "registry"))
    var name: String

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = Session(output)
        let report = try await session.toolkit { try await $0.logout(name) }
        try session.finish(report, CopyRendering.logout)
    }
}
