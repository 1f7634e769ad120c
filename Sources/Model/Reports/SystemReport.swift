// SPDX-License-Identifier: Apache-2.0

/// What kind of system a root file system holds: what people ask first of an image. Paths begin with `/`.
package struct SystemReport: Codable, Hashable, Sendable {
    /// Whose packages or programs it is made of.
    package enum Family: String, Codable, Hashable, Sendable {
        case debian, alpine, rpm
        /// BusyBox and nothing that says who made it.
        case busybox
        /// No system at all: a static program and what it needs.
        case scratch
        case other
    }

    package struct Distribution: Codable, Hashable, Sendable {
        /// `ID` of os-release.
        package var id: String
        package var name: String
        package var version: String?
        package var codename: String?
        /// The day, such as `2028-06-30`, after which there are no free security updates; absent where unknown.
        package var supportEnds: String?
        /// Whether that day has passed.
        package var isSupportOver: Bool?

        package init(id: String, name: String, version: String?, codename: String?) {
            self.id = id
            self.name = name
            self.version = version
            self.codename = codename
        }
    }

    package struct CLibrary: Codable, Hashable, Sendable {
        package enum Kind: String, Codable, Hashable, Sendable { case glibc, musl, uclibc }

        package var kind: Kind
        package var version: String?
        /// Such as `Debian GLIBC 2.41-12`.
        package var build: String?
        /// The library; for one that is linked into programs, the program that shows it.
        package var path: String
        package var isStatic: Bool

        package init(_ kind: Kind, version: String?, build: String? = nil, path: String, isStatic: Bool = false) {
            self.kind = kind
            self.version = version
            self.build = build
            self.path = path
            self.isStatic = isStatic
        }
    }

    package struct Shell: Codable, Hashable, Sendable {
        package var path: String
        /// The file behind its links.
        package var program: String

        package init(path: String, program: String) {
            self.path = path
            self.program = program
        }
    }

    package struct BusyBox: Codable, Hashable, Sendable {
        package var path: String
        package var version: String?
        /// Commands that are other names of the one program.
        package var hardLinks: Int
        package var symbolicLinks: Int

        package init(path: String, version: String?, hardLinks: Int, symbolicLinks: Int) {
            self.path = path
            self.version = version
            self.hardLinks = hardLinks
            self.symbolicLinks = symbolicLinks
        }
    }

    package struct Account: Codable, Hashable, Sendable {
        package var name: String
        package var user: UInt32
        package var group: UInt32
        package var home: String
        package var shell: String

        package init(name: String, user: UInt32, group: UInt32, home: String, shell: String) {
            self.name = name
            self.user = user
            self.group = group
            self.home = home
            self.shell = shell
        }
    }

    package struct RunsAs: Codable, Hashable, Sendable {
        /// As the image has it; empty means root.
        package var user: String
        package var number: UInt32?
        package var name: String?
        package var isRoot: Bool

        package init(user: String, number: UInt32?, name: String?) {
            self.user = user
            self.number = number
            self.name = name
            isRoot = number == 0
        }
    }

    /// A program that runs with more rights than who starts it.
    package struct Privileged: Codable, Hashable, Sendable {
        package var path: String
        /// Octal, such as `4755`.
        package var mode: String
        package var user: UInt32
        package var group: UInt32
        /// It has capabilities of its own, in an extended attribute.
        package var hasCapabilities: Bool

        package init(path: String, mode: String, user: UInt32, group: UInt32, hasCapabilities: Bool) {
            self.path = path
            self.mode = mode
            self.user = user
            self.group = group
            self.hasCapabilities = hasCapabilities
        }
    }

    package struct Certificates: Codable, Hashable, Sendable {
        package var path: String
        package var count: Int

        package init(path: String, count: Int) {
            self.path = path
            self.count = count
        }
    }

    package struct TimeZones: Codable, Hashable, Sendable {
        /// Zones that can be chosen by name.
        package var zones: Int
        /// What `/etc/localtime` says, such as `Europe/Berlin` or `UTC0`.
        package var local: String?

        package init(zones: Int, local: String?) {
            self.zones = zones
            self.local = local
        }
    }

    /// What the image runs.
    package struct Program: Codable, Hashable, Sendable {
        package enum Kind: String, Codable, Hashable, Sendable {
            case missing, script
            /// Loads shared libraries.
            case dynamic
            case `static`
            /// Not looked into.
            case other
        }

        package var path: String
        package var kind: Kind
        /// The program loader, or what a script names in its first line.
        package var interpreter: String?
        /// Shared libraries that it names itself.
        package var needs: [String]

        package init(path: String, kind: Kind, interpreter: String? = nil, needs: [String] = []) {
            self.path = path
            self.kind = kind
            self.interpreter = interpreter
            self.needs = needs
        }
    }

    package var family = Family.other
    /// Neither shell nor package manager.
    package var isDistroless = false
    package var distribution: Distribution?
    package var cLibrary: CLibrary?
    package var program: Program?
    package var shells: [Shell] = []
    package var packageManagers: [String] = []
    package var busyBox: BusyBox?
    package var accounts: [Account] = []
    package var runsAs = RunsAs(user: "", number: 0, name: nil)
    package var privileged: [Privileged] = []
    package var certificates: Certificates?
    package var timeZones = TimeZones(zones: 0, local: nil)

    package init() {}
}
