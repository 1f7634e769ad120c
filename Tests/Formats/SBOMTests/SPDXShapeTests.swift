// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthCore
import PlinthSBOM
import PlinthTestSupport
import Testing

/// Every field that we write is one that other programs write, with the same kind of value.
@Suite(.enabled(if: Fixtures.root != nil)) struct SPDXShapeTests {
    @Test func fieldsOfOtherPrograms() throws {
        var known: [String: Set<String>] = [:]
        for name in [
            "scan/samples/alpine-3.20.3.spdx23.json",
            "base/distroless/private/pkg/test/oci_image/image_amd64.spdx.json",
            "alpine/apko/internal/cli/testdata/golden/sboms/sbom-x86_64.spdx.json",
        ] {
            let object = try JSONSerialization.jsonObject(with: Data(try #require(try Fixtures.bytes(name))))
            shape(of: object, at: "", into: &known)
        }
        let bill = ImageBill(
            image: "x", imageDigest: .of([]), imageArchitecture: "amd64", distribution: "debian",
            distributionVersion: "13", packageType: "deb",
            components: [.init(name: "a", version: "1", architecture: "amd64", maintainer: "A <a>", digest: .of([]))],
            created: "2025-03-04T05:06:07Z", tool: "plinth-0")
        var ours: [String: Set<String>] = [:]
        let bytes = try SPDXDocument(bill).encoded()
        shape(of: try JSONSerialization.jsonObject(with: Data(bytes)), at: "", into: &ours)
        for (path, kinds) in ours {
            #expect(known[path].map { kinds.isSubset(of: $0) } == true, "\(path)")
        }
    }

    private func shape(of value: Any, at path: String, into found: inout [String: Set<String>]) {
        switch value {
        case let object as [String: Any]:
            found[path, default: []].insert("object")
            for (key, member) in object { shape(of: member, at: path + "." + key, into: &found) }
        case let list as [Any]:
            found[path, default: []].insert("list")
            for element in list { shape(of: element, at: path + "[]", into: &found) }
        case is String: found[path, default: []].insert("string")
        default: found[path, default: []].insert("other")
        }
    }
}
