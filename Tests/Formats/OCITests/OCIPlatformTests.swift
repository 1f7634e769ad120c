// SPDX-License-Identifier: Apache-2.0
import PlinthOCI
import Testing

@Suite struct OCIPlatformTests {
    @Test(arguments: [
        ("amd64", "linux/amd64"), ("linux/amd64", "linux/amd64"), ("x86_64", "linux/amd64"), ("i386", "linux/386"),
        ("arm64/v8", "linux/arm64"), ("aarch64", "linux/arm64"), ("arm", "linux/arm/v7"), ("arm/v6", "linux/arm/v6"),
        ("armhf", "linux/arm/v7"), ("armv7", "linux/arm/v7"), ("armel", "linux/arm/v5"), ("ppc64el", "linux/ppc64le"),
        ("loongarch64", "linux/loong64"), ("amd64/v1", "linux/amd64"),
    ])
    func parsing(text: String, platform: String) {
        #expect(OCIPlatform(parsing: text)?.description == platform)
    }

    @Test(arguments: ["", "/", "linux", "linux/", "vax", "amd64/v9", "windows/amd64", "linux/arm/v7/x", "arm/v8"])
    func unknown(text: String) {
        #expect(OCIPlatform(parsing: text) == nil)
    }

    @Test func namesOfTheFamilies() {
        #expect(OCIPlatform(architecture: "arm", variant: "v7").debianArchitecture == "armhf")
        #expect(OCIPlatform(architecture: "arm", variant: "v6").debianArchitecture == nil)
        #expect(OCIPlatform(architecture: "arm", variant: "v6").alpineArchitecture == "armhf")
        #expect(OCIPlatform(architecture: "arm64", variant: "v8").debianArchitecture == "arm64")
        for platform in OCIPlatform.known { #expect(OCIPlatform(parsing: platform.description) == platform) }
    }

    @Test func indexIsSortedByPlatform() {
        let descriptors = ["riscv64", "amd64", "arm64"].map {
            Descriptor(.imageManifest, of: Array($0.utf8), platform: OCIPlatform(architecture: $0))
        }
        let sorted = ImageIndex(manifests: descriptors).sortedByPlatform
        #expect(sorted.manifests.compactMap(\.platform?.architecture) == ["amd64", "arm64", "riscv64"])
    }
}
