// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthOCI
import Testing

@Suite struct OCIJSONTests {
    private let empty = Descriptor(.empty, of: Array("{}".utf8))
    private let emptyDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

    @Test func manifestIsCompactAndSorted() throws {
        var layer = Descriptor(.layerGzip, of: [])
        layer.annotations = ["z": "<a> & \"b\"/é\n", "a": ""]
        let manifest = ImageManifest(config: empty, layers: [layer], annotations: ["k": "v"])
        let text = String(decoding: try OCIJSON.encode(manifest), as: UTF8.self)
        #expect(
            text == #"{"annotations":{"k":"v"},"config":{"digest":"\#(emptyDigest)","#
                + #""mediaType":"application/vnd.oci.empty.v1+json","size":2},"layers":[{"annotations":"#
                + #"{"a":"","z":"<a> & \"b\"/é\n"},"digest":"#
                + #""sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","#
                + #""mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":0}],"#
                + #""mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}"#)
    }

    @Test func configUsesTheWordsOfTheSpecification() throws {
        var runtime = RuntimeConfig()
        runtime.user = "65532:65532"
        runtime.environment = ["PATH=/usr/bin"]
        runtime.entrypoint = ["/app"]
        runtime.exposedPorts = ["80/tcp", "443/tcp"]
        runtime.stopSignal = "SIGTERM"
        let config = ImageConfig(
            platform: OCIPlatform(architecture: "arm", variant: "v7"), created: "1970-01-01T00:00:00Z", config: runtime,
            diffIDs: [empty.digest], history: [.init(createdBy: "plinth", emptyLayer: true)])
        #expect(
            String(decoding: try OCIJSON.encode(config), as: UTF8.self)
                == #"{"architecture":"arm","config":{"Entrypoint":["/app"],"Env":["PATH=/usr/bin"],"#
                + #""ExposedPorts":{"443/tcp":{},"80/tcp":{}},"StopSignal":"SIGTERM","User":"65532:65532"},"#
                + #""created":"1970-01-01T00:00:00Z","history":[{"created_by":"plinth","empty_layer":true}],"#
                + #""os":"linux","rootfs":{"diff_ids":["\#(emptyDigest)"],"type":"layers"},"variant":"v7"}"#)
    }

    @Test func roundTrip() throws {
        let platform = OCIPlatform(architecture: "arm64")
        var child = Descriptor(.imageManifest, of: [1, 2, 3], platform: platform)
        child.referenceName = "example.org/app:1"
        let index = ImageIndex(manifests: [child])
        let read = try OCIJSON.decode(ImageIndex.self, from: OCIJSON.encode(index), at: "index")
        #expect(read == index)
        #expect(read.manifests[0].referenceName == "example.org/app:1")
        #expect(read.manifests[0].platform == platform)
    }

    @Test func dockerConfigWithNullsIsRead() throws {
        let text = #"""
            {"architecture":"amd64","os":"linux","docker_version":"20","config":{"Env":null,"Cmd":["sh"],"Volumes":null,
            "ExposedPorts":{"80/tcp":{"x":1}},"Healthcheck":{"Test":["NONE"]},"Labels":null},
            "rootfs":{"type":"layers","diff_ids":["\#(emptyDigest)"]}}
            """#
        let config = try OCIJSON.decode(ImageConfig.self, from: Array(text.utf8), at: "config")
        #expect(config.config?.command == ["sh"])
        #expect(config.config?.environment == [])
        #expect(config.config?.exposedPorts == ["80/tcp"])
        #expect(config.platform.description == "linux/amd64")
    }

    @Test(arguments: [
        ("{", "the document"),
        ("[]", "the document: not an object"),
        (#"{"schemaVersion":1,"manifests":[]}"#, "schema version 1"),
        (#"{"schemaVersion":2,"manifests":[{"digest":"md5:00","size":1}]}"#, "manifests[0].digest: "),
        (#"{"schemaVersion":2,"manifests":[{"digest":"DIGEST","size":-1}]}"#, "manifests[0].size: a negative size"),
        (#"{"schemaVersion":2,"manifests":[{"digest":"DIGEST"}]}"#, "manifests[0].size: missing"),
        (#"{"schemaVersion":2,"manifests":[{"digest":"DIGEST","size":"1"}]}"#, "manifests[0].size: not a whole number"),
        (#"{"schemaVersion":2,"manifests":[{"digest":"DIGEST","size":1e99}]}"#, ""),
        (#"{"schemaVersion":2,"manifests":[],"layers":[]}"#, "a field `layers`"),
        (#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}"#, "it calls itself"),
    ])
    func malformedIndex(text: String, why: String) {
        let bytes = Array(text.utf8)
        let known = String(decoding: bytes, as: UTF8.self).split(separator: "DIGEST", omittingEmptySubsequences: false)
            .joined(separator: emptyDigest)
        let problem = #expect(throws: Problem.self) {
            try OCIJSON.decode(ImageIndex.self, from: Array(known.utf8), at: "index.json")
        }
        #expect(problem?.code == "oci.malformed")
        #expect(problem?.place == "index.json")
        #expect(problem?.why?.contains(why) == true, "\(problem?.why ?? "no reason")")
    }

    @Test(arguments: [
        #"{"schemaVersion":2,"schemaVersion":2}"#,
        #"{"schemaVersion":2,"schema\u0056ersion":2}"#,
        #"{"schemaVersion":2,"annotations":{"a":"x","b":"y","a":"z"}}"#,
        #"{"schemaVersion":2,"x":[{"a":{"b":1}},{"c":{"a":1},"c":2}]}"#,
    ])
    func membersNamedTwice(text: String) {
        let problem = #expect(throws: Problem.self) {
            try OCIJSON.decode(ImageIndex.self, from: Array(text.utf8), at: "x")
        }
        #expect(problem?.code == "oci.malformed")
        #expect(problem?.why?.contains("twice") == true)
    }

    @Test func equalNamesInDifferentObjectsAreFine() throws {
        let text =
            #"{"schemaVersion":2,"annotations":{"a":"a","b":"\"a\",\"a\""},"x":[{"a":1},{"a":[]},"a","a"],"a":{}}"#
        let index = try OCIJSON.decode(ImageIndex.self, from: Array(text.utf8), at: "x")
        #expect(index.annotations == ["a": "a", "b": #""a","a""#])
    }

    @Test func mutationsNeverCrash() throws {
        let config = ImageConfig(platform: OCIPlatform(architecture: "arm"), diffIDs: [empty.digest])
        let manifest = ImageManifest(config: empty, layers: [empty], annotations: ["k\"": "v\\"])
        let seeds = try [
            OCIJSON.encode(config), OCIJSON.encode(manifest), OCIJSON.encode(ImageIndex(manifests: [empty])),
        ]
        var state: UInt64 = 7
        for round in 0..<1000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<(1 + round % 4) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            do { _ = try OCIJSON.decode(ImageIndex.self, from: bytes, at: "x") } catch { #expect(error is Problem) }
            do { _ = try OCIJSON.decode(ImageManifest.self, from: bytes, at: "x") } catch { #expect(error is Problem) }
            do { _ = try OCIJSON.decode(ImageConfig.self, from: bytes, at: "x") } catch { #expect(error is Problem) }
            do { _ = try OCIJSON.decode(JSONValue.self, from: bytes, at: "x") } catch { #expect(error is Problem) }
        }
    }

    @Test func manifestIsNotAnIndex() {
        let text = #"{"schemaVersion":2,"manifests":[],"config":{"digest":"\#(emptyDigest)","size":2},"layers":[]}"#
        let problem = #expect(throws: Problem.self) {
            try OCIJSON.decode(ImageManifest.self, from: Array(text.utf8), at: "m")
        }
        #expect(problem?.code == "oci.malformed")
    }

    @Test func tooLargeIsRefusedUnread() {
        let problem = #expect(throws: Problem.self) {
            try OCIJSON.decode(ImageIndex.self, from: [UInt8](repeating: 0x20, count: OCIJSON.limit + 1), at: "x")
        }
        #expect(problem?.code == "oci.tooLarge")
    }

    @Test func nestingIsBounded() {
        let bytes = Array(#"{"schemaVersion":2,"x":"#.utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: Problem.self) { try OCIJSON.decode(ImageIndex.self, from: bytes, at: "x") }
    }
}
