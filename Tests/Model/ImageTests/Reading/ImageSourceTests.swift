// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import PlinthOCI
import PlinthTestSupport
import SystemPackage
import Testing

@Suite struct ImageSourceTests {
    private static let hex = String(repeating: "ab", count: 32)
    private static let digest = Digest(hex: hex) ?? .of([])

    @Test(arguments: [
        ("oci:d", ImageSource.layout("d", .only)), ("oci:/a/b:tag:1", .layout("/a/b", .named("tag:1"))),
        ("oci:d@sha256:\(hex)", .layout("d", .digest(digest))), ("oci:d:@1", .layout("d", .number(1))),
        ("oci-archive:f.tar:t", .ociArchive(.path("f.tar"), .named("t"))),
        ("oci-archive:-", .ociArchive(.standardInput, .only)),
        ("docker-archive:f:app:1", .dockerArchive(.path("f"), .named("app:1"))),
        ("docker-archive:f:@2", .dockerArchive(.path("f"), .number(2))),
        ("docker-archive:-:app", .dockerArchive(.standardInput, .named("app"))), ("dir:/r", .directory("/r")),
        ("tar:r.tar.xz", .tar(.path("r.tar.xz"))), ("tar:-", .tar(.standardInput)), ("-", .found(.standardInput)),
        ("/", .found(.path("/"))), ("docker://debian", .registry("debian")),
        (
            "registry.example.org:5000/team/app@sha256:\(hex)",
            .registry("registry.example.org:5000/team/app@sha256:\(hex)")
        ),
        ("debian:trixie", .registry("debian:trixie")), ("[::1]:5000/app", .registry("[::1]:5000/app")),
    ])
    func parsed(text: String, source: ImageSource) throws {
        #expect(try ImageSource(parsing: text) == source)
        guard case .registry = source else {
            #expect(try ImageSource(parsing: "\(source)") == source)
            return
        }
    }

    @Test(arguments: [
        "", "oci:", "oci:d:", "tar:", "docker:x", "docker://", "docker:///x", "a b", "oci:d@sha256:12", "oci:d:@x",
        "/:x", "oci-archve:%x", "x\0",
    ])
    func refused(text: String) {
        let problem = #expect(throws: Problem.self) { try ImageSource(parsing: text) }
        #expect(problem?.code == (text == "/:x" ? "image.missing" : "image.source"))
        #expect(problem?.kind == .usage)
        guard text != "/:x" else { return }
        for transport in ["oci:DIR", "oci-archive:FILE", "docker-archive:FILE", "dir:", "tar:", "docker://"] {
            #expect(problem?.hints.last?.contains(transport) == true)
        }
    }

    /// A word is a path; nobody is asked over the network for a mistyped one.
    @Test func aSingleWordIsAPath() {
        let problem = #expect(throws: Problem.self) { try ImageSource(parsing: "debian") }
        #expect(problem?.code == "image.missing")
        #expect(problem?.hints == ["for an image of a registry write docker://debian"])
    }

    @Test func aPathAndATagNeedATransport() throws {
        try withScratchDirectory { scratch in
            let problem = #expect(throws: Problem.self) { try ImageSource(parsing: "\(scratch):tag") }
            #expect(problem?.code == "image.missing")
            #expect(throws: Problem.self) { try ImageSource(parsing: "./none") }
        }
        #expect(throws: Problem.self) { try ImageSource(parsing: "Sources:tag") }
    }

    @Test(arguments: [
        ("amd64", "linux/amd64"), ("linux/arm/v7", "linux/arm/v7"), ("windows/amd64", "windows/amd64"),
        ("linux/mips64le", "linux/mips64le"), ("armhf", "linux/arm/v7"),
    ])
    func platforms(text: String, platform: String) throws {
        #expect(try OCIPlatform(choice: text).description == platform)
    }

    @Test(arguments: ["", "linux/", "a/b/c/d", "Linux/AMD64", "nonsense"])
    func noPlatforms(text: String) {
        let problem = #expect(throws: Problem.self) { try OCIPlatform(choice: text) }
        #expect(problem?.code == "image.platform")
    }
}
