// SPDX-License-Identifier: Apache-2.0

/// Every key of a recipe, with one line about it.
enum RecipeKeys {
    static let recipe = KeyTable(
        "the recipe",
        [
            .init(
                "include", .some(.text(.oneLine)),
                "Recipes that this one is laid upon, relative to it: mappings are merged, lists appended to."),
            .init(
                "variants", .named(variant),
                "Images that differ from the recipe's by what is laid upon it here, by name; “debug” is there unasked."
            ),
        ] + common + notYet(["slim", "tests", "options"]))

    static let variant = KeyTable("a variant", common)

    private static let common: [KeyTable.Key] = [
        .init("vars", .texts(.any), "Texts that stand for ${{vars.NAME}} in values."),
        .init(
            "distribution", .text(.distribution),
            "The distribution and its release: debian:trixie. The profile scratch can do without."),
        .init(
            "base", .either(.text(.oneLine), base),
            "An image to build on: what it holds stays, and its packages count as installed.", whole: true),
        .init("snapshot", .text(.date), "Take the archives as they were at this moment."),
        .init("profile", .choice(BuildProfile.allCases.map(\.rawValue)), "How much of a system the image is."),
        .init("contents", .mapping(contents), "Packages and where they come from."),
        .init(
            "dependencies", .choice(["runtime", "declared"]),
            "runtime leaves out what only maintainer scripts use; declared takes all that is asked for."),
        .init("scripts", .choice(["none", "sandbox"]), "Whether maintainer scripts are run, in a sandbox."),
        .init("accounts", .mapping(accounts), "Users and groups, and who runs the image."),
        .init(
            "entrypoint", .either(.command, entrypoint), "What the image runs, split as a shell splits it.",
            whole: true),
        .init("cmd", .command, "Arguments for the entrypoint that a caller may replace."),
        .init("stop-signal", .text(.signal), "The signal that asks the program to end."),
        .init("work-dir", .text(.absolutePath), "The directory in which the program starts."),
        .init("environment", .texts(.any), "Environment variables."),
        .init(
            "archs", .some(.text(.architecture)),
            "The architectures to build for; “all” are those that the distribution has."),
        .init("annotations", .texts(.any), "Annotations of the manifest."),
        .init("labels", .texts(.any), "Labels of the configuration."),
        .init(
            "volumes", .list(.text(.absolutePath)),
            "Directories whose content is kept outside the image; made, and writable, where they are missing."),
        .init(
            "writable", .list(.text(.absolutePath)),
            "Directories that whoever runs the image may write to: its user, and group 0 as on OpenShift."),
        .init("ports", .list(.text(.port)), "Ports on which the program listens."),
        .init("paths", .list(.mapping(path)), "What to make or change in the tree, in this order."),
        .init(
            "files", .list(.mapping(file)),
            "Files, directories and archives of this machine, or files of other images, to put in, in this order."),
        .init(
            "certificates", .mapping(certificates), "Certificates to trust beside the distribution's.", whole: true),
        .init("time-zone", .text(.timeZone), "The local time zone."),
        .init(
            "effects", .list(.choice(DeclaredEffect.allCases.map(\.rawValue))),
            "What packages leave to programs that run when a system is installed or started."),
        .init("compression", .choice(["gzip", "zstd"]), "How layers are compressed."),
        .init("layering", .mapping(layering), "How packages are spread over layers.", whole: true),
        .init(
            "vcs-url", .text(.word),
            "Where the recipe is kept, as ADDRESS or ADDRESS@COMMIT: annotations of the image say it."),
        .init("format", .choice(["tar"]), "What layers are."),
    ]

    static let layering = KeyTable(
        "layering",
        [
            .init(
                "strategy", .choice(Layering.Strategy.allCases.map(\.rawValue)),
                "single, or a layer for each package, source (origin) or set of images (popularity)."),
            .init("budget", .number(1...120), "The most layers of packages; what is left shares one."),
        ])

    static let contents = KeyTable(
        "contents",
        [
            .init(
                "packages", .list(.text(.package)),
                "Packages: name, name=1.2*, name/suite, ./file.deb, '!name' for never; apk's constraints for apk."),
            .init(
                "repositories", .list(.either(.text(.repositoryLine), repository)),
                "Archives instead of the distribution's own; for apk addresses or directories."),
            .init(
                "build_repositories", .list(.text(.apkRepository)), "Repositories of apk that the image does not name."),
            .init(
                "runtime_repositories", .list(.text(.apkRepository)),
                "Repositories of apk that the image names and nothing is taken from."),
            .init("keyring", .list(.text(.oneLine)), "Files of keys for repositories that name none."),
            .init("runtime_keyring", .list(.mapping(runtimeKey)), "Keys that apk in the image trusts."),
            .init("recommends", .boolean, "Whether recommended packages come too."),
            .init("baseimage", .mapping(baseImage), "The image to build on, in apko's words; base: says the same."),
        ])

    static let base = KeyTable(
        "the base",
        [
            .init("image", .text(.oneLine), "A path, a transport's name or a registry's.", required: true),
            .init("digest", .text(.digest), "What it has to be: of the image's index or manifest."),
        ])

    static let baseImage = KeyTable(
        "the base",
        [
            .init("image", .text(.oneLine), "The directory of an OCI layout.", required: true),
            .init("apkindex", .text(.oneLine), "Not needed: the base's own database says what is in it."),
        ])

    static let runtimeKey = KeyTable(
        "a key",
        [
            .init("name", .text(.keyName), "The name that signatures give it.", required: true),
            .init("content", .text(.publicKey), "The public key in PEM form.", required: true),
        ])

    static let repository = KeyTable(
        "a repository",
        [
            .init("url", .text(.address), "The archive's address, or a directory.", required: true),
            .init("suites", .list(.text(.suite)), "Suites; the distribution's unless given."),
            .init("components", .list(.text(.component)), "Components; the distribution's unless given."),
            .init("keyring", .text(.oneLine), "The file of keys that sign it; the distribution's unless given."),
        ])

    static let accounts = KeyTable(
        "accounts",
        [
            .init("run-as", .text(.runAs), "Who runs the image."),
            .init("users", .list(.mapping(user)), "Users to make."),
            .init("groups", .list(.mapping(group)), "Groups to make."),
        ])

    static let user = KeyTable(
        "a user",
        [
            .init("username", .text(.account), "The name.", required: true),
            .init("uid", .identity, "The number.", required: true),
            .init("gid", .identity, "The main group's number; the user's unless given."),
            .init("shell", .text(.homePath), "The program that a login starts."),
            .init("homedir", .text(.homePath), "The home directory; /home/NAME unless given."),
            .init("gecos", .text(.field), "The full name."),
        ])

    static let group = KeyTable(
        "a group",
        [
            .init("groupname", .text(.account), "The name.", required: true),
            .init("gid", .identity, "The number.", required: true),
            .init("members", .list(.text(.account)), "Names of users that belong to it."),
        ])

    static let entrypoint = KeyTable(
        "entrypoint",
        [
            .init("command", .command, "The command, split as a shell splits it, or its words."),
            .init("shell-fragment", .text(.any), "Lines for /bin/sh -c."),
            .init("type", .choice(["service-bundle"]), "That s6 supervises the services."),
            .init(
                "services", .texts(.any), "Command lines of services by name: s6 starts them, and again when they end."),
        ])

    static let path = KeyTable(
        "a path",
        [
            .init("path", .text(.imagePath), "Where it is in the image.", required: true),
            .init(
                "type", .choice(Recipe.PathItem.Kind.allCases.map(\.rawValue)), "What to make of it.", required: true),
            .init("uid", .identity, "The owner's number."),
            .init("gid", .identity, "The group's number."),
            .init("permissions", .mode, "Permission bits in octal: 0o755, 0755 and 755 are the same."),
            .init("source", .text(.imagePath), "Where a link points."),
            .init("recursive", .boolean, "Whether owner and permissions go for all below."),
        ])

    static let file = KeyTable(
        "a file",
        [
            .init(
                "source", .text(.oneLine), "On this machine, relative to the recipe; or a path of the image in “from”.",
                required: true),
            .init(
                "path", .text(.imagePath), "Where it goes in the image; a slash at the end keeps the file's own name.",
                required: true),
            .init(
                "type", .choice(Recipe.FileItem.Kind.allCases.map(\.rawValue)),
                "tar unpacks an archive of any compression; file and directory are seen."),
            .init("from", .text(.oneLine), "An image that has the source: a path, a transport's name or a registry's."),
            .init(
                "digest", .text(.digest),
                "What it has to be: the SHA-256 of the file or archive, or the digest of the image's index or manifest."
            ),
            .init("uid", .identity, "The owner's number; 0 unless given."),
            .init("gid", .identity, "The group's number; 0 unless given."),
            .init(
                "permissions", .mode,
                "Permission bits in octal; directories can be entered by whoever may read them."),
            .init("keep-owners", .boolean, "Whether owners stay as the archive or image has them."),
            .init("archs", .list(.text(.architecture)), "Only for these architectures; ${{arch}} stands for each."),
        ])

    static let certificates = KeyTable(
        "certificates",
        [
            .init("additional", .list(.mapping(certificate)), "Certificates to trust."),
            .init(
                "providers", .list(.text(.word)),
                "Packages whose /usr/local/share/ca-certificates is to be trusted; all are."),
        ])

    static let certificate = KeyTable(
        "a certificate",
        [
            .init("name", .text(.fileName), "A file name without extension.", required: true),
            .init("content", .text(.certificate), "The certificate in PEM form.", required: true),
        ])

    private static func notYet(_ names: [String]) -> [KeyTable.Key] {
        names.map { .init($0, .notYet, "Not in this version.") }
    }
}
