// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage
import SystemPackage
import Testing

@Suite struct ImageDestinationTests {
    @Test(
        arguments: [
            ("redis", .layout("redis", tag: nil)),
            ("./a/b", .layout("./a/b", tag: nil)),
            ("oci:redis", .layout("redis", tag: nil)),
            ("oci:/x/redis:7.2", .layout("/x/redis", tag: "7.2")),
            ("oci:redis:example.org/app:1", .layout("redis", tag: "example.org/app:1")),
            ("oci-archive:a.tar", .ociArchive("a.tar", tag: nil)),
            ("oci-archive:a.tar:latest", .ociArchive("a.tar", tag: "latest")),
            ("docker-archive:a.tar", .dockerArchive("a.tar", reference: nil)),
            ("docker-archive:a.tar:app", .dockerArchive("a.tar", reference: "app:latest")),
            ("docker-archive:a.tar:app:1", .dockerArchive("a.tar", reference: "app:1")),
            (
                "docker-archive:a.tar:Registry.example.org:5000/team/app",
                .dockerArchive("a.tar", reference: "Registry.example.org:5000/team/app:latest")
            ),
        ] as [(String, ImageDestination)])
    func understood(text: String, destination: ImageDestination) throws {
        #expect(try ImageDestination(parsing: text) == destination)
        #expect(try ImageDestination(parsing: destination.description) == destination)
    }

    @Test(arguments: [
        ("", "names no file"), ("oci:", "names no file"), ("oci::tag", "names no file"),
        ("oci-archiv:x.tar", "no transport oci-archiv"), ("redis:7", "no transport redis"),
        ("docker://example.org/app", "not supported in this version"), ("./a:b", "a colon needs a transport"),
        ("oci:dir:", "is not a tag"), ("oci:dir:-x", "is not a tag"), ("oci:dir:a b", "is not a tag"),
        ("docker-archive:a.tar:", "not the name"), ("docker-archive:a.tar:App", "not the name"),
        ("docker-archive:a.tar:app:", "not the name"), ("docker-archive:a.tar:app@sha256:x", "not the name"),
    ])
    func refused(text: String, why: String) {
        let problem = #expect(throws: Problem.self) { try ImageDestination(parsing: text) }
        #expect(problem?.code == "image.destination")
        #expect(problem?.kind == .usage)
        #expect(problem?.why?.contains(why) == true, "\(problem?.why ?? "")")
    }

    @Test func nearestTransport() {
        let problem = #expect(throws: Problem.self) { try ImageDestination(parsing: "oci-archiv:x.tar") }
        #expect(problem?.hints.first == "did you mean oci-archive?")
    }
}
