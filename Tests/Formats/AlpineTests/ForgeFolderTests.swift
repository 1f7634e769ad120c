// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import PlinthAlpineSamples
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private func variable(_ name: String) -> FilePath? { getenv(name).map { FilePath(String(cString: $0)) } }

/// For scripts: `Tests/Interop/alpine-repository.sh` makes a repository in a folder with it.
@Suite(.enabled(if: variable("PLINTH_FORGE_INTO") != nil, "PLINTH_FORGE_INTO names no folder"))
struct ForgeFolderTests {
    @Test func repository() throws {
        let into = try #require(variable("PLINTH_FORGE_INTO"))
        let archive = try #require(
            variable("PLINTH_FORGE_FROM") ?? AlpineRoot.archive, "PLINTH_FORGE_FROM names no archive of a root")
        try withScratchDirectory { scratch in
            let root = try AlpineRoot(unpacking: archive, into: scratch.appending("root"))
            var forge = ApkForge(key: try ForgeKey(), directory: into)
            let packages = try root.packages()
            forge.architecture = packages.first?.record.architecture ?? forge.architecture
            let records = try forge.write(packages)
            #expect(records.count == packages.count)
        }
    }
}
