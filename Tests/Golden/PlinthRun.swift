// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program, run as a person would, against a store and an archive of the test's own.
struct PlinthRun {
    let home: FilePath
    var variables: [String: String] = [:]

    /// The binary that is tested: `PLINTH_BINARY`, else the one beside the tests.
    static let binary: String = {
        if let named = getenv("PLINTH_BINARY") { return String(cString: named) }
        let own = FilePath(CommandLine.arguments[0])
        var directory = own.removingLastComponent()
        while !directory.isEmpty, access(directory.appending("plinth").string, X_OK) != 0 {
            directory = directory.removingLastComponent()
            if directory.components.isEmpty { break }
        }
        return directory.appending("plinth").string
    }()

    init(home: FilePath, archive: FilePath? = nil, keyring: FilePath? = nil) {
        self.home = home
        variables["PLINTH_HOME"] = home.appending("store").string
        variables["XDG_CONFIG_HOME"] = home.appending("config").string
        variables["PLINTH_MIRROR_DEBIAN"] = archive?.string
        variables["PLINTH_KEYRING"] = keyring?.string
    }

    func callAsFunction(_ arguments: String...) throws -> ProgramResult { try self(arguments) }

    func callAsFunction(_ arguments: [String]) throws -> ProgramResult {
        try runProgram(Self.binary, arguments, directory: home, variables: variables)
    }
}
