// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthDistribution
import PlinthOCI
import Testing

@Suite struct DebianArchitectureTests {
    @Test(arguments: [
        ("amd64", "amd64"), ("x86_64", "amd64"), ("linux/amd64", "amd64"), ("X86-64", "amd64"), ("arm64", "arm64"),
        ("aarch64", "arm64"), ("arm64/v8", "arm64"), ("linux/arm64/v8", "arm64"), ("armhf", "armhf"),
        ("linux/arm/v7", "armhf"), ("arm", "armhf"), ("armv7l", "armhf"), ("armel", "armel"), ("arm/v5", "armel"),
        ("i386", "i386"), ("386", "i386"), ("i686", "i386"), ("linux/386", "i386"), ("riscv64", "riscv64"),
        ("ppc64el", "ppc64el"), ("ppc64le", "ppc64el"), ("s390x", "s390x"), ("loong64", "loong64"),
        ("loongarch64", "loong64"),
    ])
    func aProcessorHasManyNames(text: String, name: String) throws {
        #expect(try DebianArchitecture(parsing: text).name == name)
    }

    @Test(arguments: ["", "amd46", "windows/amd64", "arm/v6", "linux/", "all", "any", "amd64/v9/x", "mips"])
    func othersAreRefused(text: String) {
        let found = problem { try DebianArchitecture(parsing: text) }
        #expect(found?.code == "architecture.unknown")
        #expect(found?.kind == .usage)
    }

    @Test func aSlipOfTheFingerIsRecognised() {
        #expect(problem { try DebianArchitecture(parsing: "amd46") }?.hints.first == "did you mean amd64?")
    }

    @Test(arguments: DebianArchitecture.known)
    func theImagesPlatformLeadsBack(architecture: DebianArchitecture) {
        #expect(DebianArchitecture(architecture.platform) == architecture)
        #expect(architecture.platform.os == "linux")
    }

    @Test(arguments: [
        ("amd64", "x86_64-linux-gnu", "lib64/ld-linux-x86-64.so.2", "linux/amd64"),
        ("arm64", "aarch64-linux-gnu", "lib/ld-linux-aarch64.so.1", "linux/arm64"),
        ("armhf", "arm-linux-gnueabihf", "lib/ld-linux-armhf.so.3", "linux/arm/v7"),
        ("i386", "i386-linux-gnu", "lib/ld-linux.so.2", "linux/386"),
        ("ppc64el", "powerpc64le-linux-gnu", "lib64/ld64.so.2", "linux/ppc64le"),
        ("s390x", "s390x-linux-gnu", "lib/ld64.so.1", "linux/s390x"),
    ])
    func foldersAndLoaders(name: String, triplet: String, loader: String, platform: String) throws {
        let architecture = try DebianArchitecture(parsing: name)
        #expect(architecture.triplet == triplet)
        #expect(String(decoding: architecture.loader.bytes, as: UTF8.self) == loader)
        #expect(architecture.platform.description == platform)
    }

    @Test func thisMachinesProcessorIsOneOfThem() throws {
        let mine = try #require(DebianArchitecture.ofThisMachine)
        #expect(DebianArchitecture.known.contains(mine))
    }
}
