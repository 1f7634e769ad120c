// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// What effects may know: the packages with their scripts, the recipe's accounts and the distribution's facts.
package struct EffectContext: Sendable {
    /// The distribution's own word, such as `amd64`.
    package var architecture: String
    /// Such as `x86_64-linux-gnu`; empty where libraries lie in `lib` or `lib64`.
    package var triplet: String
    /// In the order in which they are set up.
    package var packages: [EffectPackage]
    /// Packages that a person named.
    package var named: Set<String> = []
    /// Whether the tree held a system before the packages came.
    package var hasBase = false
    /// `minimal`, `slim`, `full` or `scratch`.
    package var profile: String
    package var accounts: DeclaredAccounts
    package var distribution: DistributionFacts
    /// Certificates that the recipe adds to the distribution's.
    package var certificates: [ExtraCertificate]
    /// Such as `Europe/Berlin`.
    package var timeZone: String?
    /// Whose programs the packages' scripts call.
    package var style = ScriptStyle.debian
    /// What the recipe asks for besides.
    package var declared: Set<DeclaredEffect> = []

    package init(
        architecture: String, triplet: String, packages: [EffectPackage] = [], profile: String = "minimal",
        accounts: DeclaredAccounts = DeclaredAccounts(), distribution: DistributionFacts = DistributionFacts(),
        certificates: [ExtraCertificate] = [], timeZone: String? = nil, style: ScriptStyle = .debian
    ) {
        self.style = style
        self.architecture = architecture
        self.triplet = triplet
        self.packages = packages
        self.profile = profile
        self.accounts = accounts
        self.distribution = distribution
        self.certificates = certificates
        self.timeZone = timeZone
    }

    /// Whether the image is to be a working system of its distribution, with its package manager.
    var isWholeSystem: Bool { profile == "slim" || profile == "full" }

    func package(_ name: String) -> EffectPackage? { packages.first { $0.name == name } }
}

/// The programs that packages' scripts count on.
package enum ScriptStyle: Sendable {
    /// `adduser` of Debian, run from anywhere.
    case debian
    /// `adduser` of BusyBox, run from the root directory.
    case busyBox
}

/// A package of the image with its maintainer scripts, which are never run.
package struct EffectPackage: Sendable {
    package var name: String
    package var version: String
    /// `preinst`, `postinst`, `config`, `triggers` … by name.
    package var scripts: [String: [UInt8]]
    /// The paths of the package as it knows them; nil when they are not known.
    package var paths: [TreePath]?
    /// The directories whose change its `trigger` is told of, as absolute paths.
    package var triggered: [String] = []

    package init(name: String, version: String, scripts: [String: [UInt8]] = [:], paths: [TreePath]? = nil) {
        self.name = name
        self.version = version
        self.scripts = scripts
        self.paths = paths
    }
}

/// Users and groups that the recipe asks for.
package struct DeclaredAccounts: Sendable {
    package struct User: Hashable, Sendable {
        package var name: String
        package var user: UInt32
        package var group: UInt32
        package var home: String
        package var shell: String
        /// The full name.
        package var comment: String

        package init(
            name: String, user: UInt32, group: UInt32, home: String, shell: String = "/usr/sbin/nologin",
            comment: String = ""
        ) {
            self.name = name
            self.user = user
            self.group = group
            self.home = home
            self.shell = shell
            self.comment = comment
        }
    }

    package struct Group: Hashable, Sendable {
        package var name: String
        package var group: UInt32
        package var members: [String]

        package init(name: String, group: UInt32, members: [String] = []) {
            self.name = name
            self.group = group
            self.members = members
        }
    }

    package var users: [User]
    package var groups: [Group]
    /// Who runs the image: a name or number, perhaps with a group.
    package var runAs: String?

    package init(users: [User] = [], groups: [Group] = [], runAs: String? = nil) {
        self.users = users
        self.groups = groups
        self.runAs = runAs
    }

    /// The user and the group of `runAs`, names or numbers.
    var runAsWords: [Substring] { (runAs ?? "").split(separator: ":") }

    /// Whether the image runs under this user or group.
    func runsAs(_ name: String) -> Bool { runAsWords.contains { $0 == name } }
}

/// What `os-release` would say, for images whose packages bring none.
package struct DistributionFacts: Sendable {
    /// Such as `debian`.
    package var id: String
    package var name: String
    /// Such as `13`; nil for a release that has none yet.
    package var versionID: String?
    package var codename: String?
    package var prettyName: String
    /// Such as `13.1`: the content of `etc/debian_version`.
    package var pointVersion: String?
    package var homeURL: String?
    /// Whether packages ship `/bin`, `/sbin`, `/lib` and `/lib64` as links themselves.
    package var isUsrMergedInPackages: Bool

    package init(
        id: String = "debian", name: String = "Debian GNU/Linux", versionID: String? = nil, codename: String? = nil,
        prettyName: String = "Debian GNU/Linux", pointVersion: String? = nil, homeURL: String? = nil,
        isUsrMergedInPackages: Bool = true
    ) {
        self.id = id
        self.name = name
        self.versionID = versionID
        self.codename = codename
        self.prettyName = prettyName
        self.pointVersion = pointVersion
        self.homeURL = homeURL
        self.isUsrMergedInPackages = isUsrMergedInPackages
    }
}

/// One certificate in PEM form that the recipe adds.
package struct ExtraCertificate: Hashable, Sendable {
    /// A file name without extension.
    package var name: String
    package var pem: [UInt8]

    package init(name: String, pem: [UInt8]) {
        self.name = name
        self.pem = pem
    }
}
