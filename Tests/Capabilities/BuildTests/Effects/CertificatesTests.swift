// SPDX-License-Identifier: Apache-2.0
import Foundation
import PlinthCore
import PlinthImage
import Testing

@testable import PlinthBuild

@Suite struct CertificatesTests {
    @Test(.enabled(if: !RootTree.all.isEmpty), arguments: RootTree.all)
    func equalsWhatTheDistributionMakes(_ root: RootTree) throws {
        var tree = try root.extracted()
        _ = try CertificatesEffect().apply(to: &tree, in: root.context())
        let real = try root.configured()
        for file in ["etc/ca-certificates.conf", "etc/ssl/certs/ca-certificates.crt"] {
            #expect(try tree.contents(TreePath(text: file)!) == root.configured(file))
        }
        let place = TreePath("etc/ssl/certs")
        #expect(links(tree, place) == links(real, place))
    }

    private func links(_ tree: FileTree, _ place: TreePath) -> [String] {
        tree.children(of: place).filter { !$0.description.contains("snakeoil") }.compactMap { path in
            guard case .symlink(let target)? = tree[path]?.kind else { return nil }
            let text = String(decoding: target, as: UTF8.self)
            return text.contains("snakeoil") ? nil : "\(path) -> \(text)"
        }
    }

    private func tree(_ files: [String: String]) -> FileTree {
        var tree = FileTree(epoch: 0)
        for (path, text) in files {
            tree.write(TreePath(text: path)!, Array(text.utf8), origin: .package("ca-certificates"))
        }
        return tree
    }

    @Test func makesBundleAndLinks() throws {
        var tree = tree([
            "usr/share/ca-certificates/mozilla/B_(x), y.crt": SampleCertificate.pem.trimmingCharacters(in: .newlines)
        ])
        let report = try CertificatesEffect().apply(to: &tree, in: EffectContext(architecture: "amd64", triplet: ""))
        #expect(
            report.changed.map(\.description) == [
                "etc/ca-certificates.conf", "etc/ssl/certs/\(SampleCertificate.hash).0",
                "etc/ssl/certs/B_=x=__y.pem", "etc/ssl/certs/ca-certificates.crt", "usr/lib/ssl/cert.pem",
                "usr/lib/ssl/certs",
            ])
        #expect(try tree.contents(TreePath("etc/ssl/certs/ca-certificates.crt")) == Array(SampleCertificate.pem.utf8))
        let link = TreePath("etc/ssl/certs").appending("\(SampleCertificate.hash).0")
        #expect(tree[link]?.kind == .symlink(Array("B_=x=__y.pem".utf8)))
        let conf = String(decoding: try tree.contents(TreePath("etc/ca-certificates.conf")), as: UTF8.self)
        #expect(conf.hasSuffix("\n#\nmozilla/B_(x), y.crt\n"))
    }

    @Test func addsTheRecipesCertificates() throws {
        var tree = FileTree(epoch: 0)
        let context = EffectContext(
            architecture: "amd64", triplet: "",
            certificates: [ExtraCertificate(name: "house", pem: Array(("noise\n" + SampleCertificate.pem).utf8))])
        _ = try CertificatesEffect().apply(to: &tree, in: context)
        #expect(
            try tree.contents(TreePath("usr/local/share/ca-certificates/house.crt"))
                == Array(SampleCertificate.pem.utf8))
        #expect(try tree.contents(TreePath("etc/ssl/certs/ca-certificates.crt")) == Array(SampleCertificate.pem.utf8))
    }

    @Test(arguments: [
        ("house", "", "certificate.invalid"), ("house", "-----BEGIN CERTIFICATE-----\nAAAA\n", "certificate.invalid"),
        ("house", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "certificate.privateKey"),
        ("house", SampleCertificate.pem + SampleCertificate.pem, "certificate.several"),
        ("../house", SampleCertificate.pem, "certificate.name"),
        ("house", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "certificate.invalid"),
    ])
    func refuses(_ name: String, _ pem: String, _ code: String) throws {
        var tree = FileTree(epoch: 0)
        let context = EffectContext(
            architecture: "amd64", triplet: "", certificates: [ExtraCertificate(name: name, pem: Array(pem.utf8))])
        let problem = #expect(throws: Problem.self) { try CertificatesEffect().apply(to: &tree, in: context) }
        #expect(problem?.code == code)
    }

    /// Whatever is changed in a certificate, reading its subject ends.
    @Test func survivesEveryChangedByte() throws {
        let block = try #require(PEMBlock.blocks(in: Array(SampleCertificate.pem.utf8))?.first)
        #expect(CertificateSubject.hash(of: block.content) == SampleCertificate.hash)
        for index in block.content.indices {
            for value: UInt8 in [0, 1, 0x30, 0x7f, 0x80, 0x84, 0xff] {
                var bytes = block.content
                bytes[index] = value
                _ = CertificateSubject.hash(of: bytes)
            }
            _ = CertificateSubject.hash(of: Array(block.content[..<index]))
        }
    }

    @Test(arguments: [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4], Array(repeating: 0xfb, count: 100)] as [[UInt8]])
    func encodesAndDecodes(_ content: [UInt8]) {
        let block = PEMBlock(label: "CERTIFICATE", content: content)
        let again = PEMBlock.blocks(in: block.encoded)
        #expect(again?.map(\.content) == [content])
    }

    @Test(arguments: ["A", "A===", "AA=", "AAA", "AA==A", "A*==", "====", "AAAA="])
    func refusesBadBase64(_ text: String) {
        #expect(PEMBlock.decode(Array(text.utf8)) == nil)
    }
}
