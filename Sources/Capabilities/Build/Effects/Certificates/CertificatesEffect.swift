// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// The certificate bundle, the links by name and the links by hash, as `update-ca-certificates` makes them: Debian's,
/// or in images of apk the one of Alpine.
struct CertificatesEffect: Effect {
    let name = "certificates"
    let takesAllFiles = true

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        var edit = TreeEdit(name)
        let extra = try context.certificates.map(Self.checked)
        for certificate in extra {
            let path = Self.local.appending(certificate.name + ".crt")
            edit.write(path, certificate.pem, in: &tree)
        }
        for script in ["config", "postinst", "trigger"] { edit.standsIn(for: "ca-certificates", script, in: context) }
        if context.package("ca-certificates") != nil { edit.directory(Self.local, in: &tree) }
        let sources = try Self.sources(&tree, &edit, context.style)
        guard !sources.isEmpty else { return edit.report }
        let contents = try Self.writeBundle(sources, &edit, &tree, context.style)
        try Self.writeHashLinks(contents, &edit, &tree)
        switch context.style {
        case .debian: Self.writeLibraryLinks(&edit, &tree)
        case .busyBox: Self.noteHooks(&edit, tree)
        }
        return edit.report
    }

    /// Programs that Alpine's `update-ca-certificates` runs when it is done; the one for hashes needs no note.
    private static func noteHooks(_ edit: inout TreeEdit, _ tree: FileTree) {
        for hook in tree.children(of: TreePath("etc/ca-certificates/update.d"))
        where hook.name != Array("certhash".utf8)[...] {
            edit.note("/\(hook) was not run")
        }
    }

    /// Where Debian's OpenSSL library looks; the links come with the program `openssl`, which few images need.
    private static func writeLibraryLinks(_ edit: inout TreeEdit, _ tree: inout FileTree) {
        let home = TreePath("usr/lib/ssl")
        guard tree[home.appending("certs")] == nil else { return }
        edit.link(home.appending("certs"), to: "/\(directory)", in: &tree)
        edit.link(home.appending("cert.pem"), to: "/\(bundle)", in: &tree)
    }

    private static let local = TreePath("usr/local/share/ca-certificates")
    private static let shared = TreePath("usr/share/ca-certificates")
    private static let directory = TreePath("etc/ssl/certs")
    private static let bundle = TreePath("etc/ssl/certs/ca-certificates.crt")

    /// The distribution's certificates in the order of `ca-certificates.conf`, then local ones by path.
    private static func sources(
        _ tree: inout FileTree, _ edit: inout TreeEdit, _ style: ScriptStyle
    ) throws -> [TreePath] {
        let available = certificates(below: shared, in: tree)
        if !available.isEmpty, style == .debian {
            let conf = TreePath("etc/ca-certificates.conf")
            if tree[conf] == nil {
                let lines = available.map { String(decoding: $0.bytes[(shared.bytes.count + 1)...], as: UTF8.self) }
                edit.write(conf, confHeader + lines.map { $0 + "\n" }.joined(), in: &tree)
            }
        }
        let chosen = Set(available)
        let text = (try? tree.contents(TreePath("etc/ca-certificates.conf"))) ?? []
        let listed = text.split(separator: 0x0a).compactMap { line -> TreePath? in
            guard line.first != UInt8(ascii: "!"), line.first != UInt8(ascii: "#") else { return nil }
            return (try? TreePath(archiveName: Array(line))).map { shared.appending($0.bytes) }
        }
        return listed.filter(chosen.contains)
            + (style == .debian ? certificates(below: local, in: tree) : files(in: tree))
    }

    /// Alpine takes every file beside the others, whatever its name.
    private static func files(in tree: FileTree) -> [TreePath] {
        tree.children(of: tree.resolve(local) ?? local).filter { path in
            path.name.first != UInt8(ascii: ".") && tree.resolve(path).map { tree[$0]?.isFile == true } == true
        }
    }

    private static func certificates(below directory: TreePath, in tree: FileTree) -> [TreePath] {
        let found = tree.descendants(of: directory).filter {
            $0.name.suffix(4).elementsEqual(".crt".utf8) && tree.resolve($0).map { tree[$0]?.isFile == true } == true
        }
        // `sort` compares whole paths, bytes as they are.
        return found.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// Gives what was read, by the path of the file.
    private static func writeBundle(
        _ sources: [TreePath], _ edit: inout TreeEdit, _ tree: inout FileTree, _ style: ScriptStyle
    ) throws -> [TreePath: [UInt8]] {
        var read: [TreePath: [UInt8]] = [:]
        var content: [UInt8] = []
        // A bundle that a package or the recipe brings stays, and what is added goes behind it.
        if certificates(below: shared, in: tree).isEmpty, let present = tree.resolve(bundle).flatMap({ tree[$0] }) {
            switch present.origin {
            case .package, .recipe, .base: content = try tree.contents(bundle)
            case .effect: break
            }
            if let last = content.last, last != 0x0a { content.append(0x0a) }
        }
        for source in sources {
            let bytes = try tree.contents(source)
            read[source] = bytes
            content += bytes
            if style == .busyBox || (content.last ?? 0x0a) != 0x0a { content.append(0x0a) }
            edit.link(directory.appending(linkName(of: source, style)), to: "/\(source)", in: &tree)
        }
        edit.write(bundle, content, in: &tree)
        return read
    }

    /// `.crt` becomes `.pem`; blanks and commas `_`, parentheses `=`. Alpine puts a word before it.
    private static func linkName(of source: TreePath, _ style: ScriptStyle) -> [UInt8] {
        let isPlain = source.name.count > 4 && source.name.suffix(4).elementsEqual(".crt".utf8)
        let stem = source.name.dropLast(isPlain ? 4 : 0).map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: ","): UInt8(ascii: "_")
            case UInt8(ascii: "("), UInt8(ascii: ")"): UInt8(ascii: "=")
            default: byte
            }
        }
        return Array((style == .busyBox ? "ca-cert-" : "").utf8) + stem + Array(".pem".utf8)
    }

    /// `<hash>.<n>` for every file of one certificate; of equal hashes the earlier name gets the smaller number.
    private static func writeHashLinks(
        _ contents: [TreePath: [UInt8]], _ edit: inout TreeEdit, _ tree: inout FileTree
    ) throws {
        var taken: [String: Int] = [:]
        var seen: Set<[UInt8]> = []
        for path in tree.children(of: tree.resolve(directory) ?? directory) {
            let isCertificate = [".pem", ".crt", ".cer"].contains { path.name.suffix(4).elementsEqual($0.utf8) }
            guard isCertificate, path != bundle, let file = tree.resolve(path), tree[file]?.isFile == true,
                let blocks = PEMBlock.blocks(in: try contents[file] ?? tree.contents(file)), blocks.count == 1,
                blocks[0].label.hasSuffix("CERTIFICATE"), seen.insert(blocks[0].content).inserted
            else { continue }
            guard let hash = CertificateSubject.hash(of: blocks[0].content) else {
                edit.note("/\(path) is not a certificate that can be read: no hash link")
                continue
            }
            let link = directory.appending("\(hash).\(taken[hash, default: 0])")
            taken[hash, default: 0] += 1
            edit.link(link, to: String(decoding: path.name, as: UTF8.self), in: &tree)
        }
    }

    /// One certificate, encoded anew: nothing but the certificate gets into the image.
    /// - Throws: `Problem` with code `certificate.invalid`, `certificate.several`, `certificate.privateKey` or
    ///   `certificate.name`.
    private static func checked(_ certificate: ExtraCertificate) throws -> ExtraCertificate {
        func problem(_ code: String, _ what: String, _ hint: String) -> Problem {
            Problem(code, what, at: certificate.name, hints: [hint])
        }
        guard let path = TreePath(text: certificate.name), path.components.count == 1 else {
            throw problem("certificate.name", "Not a name for a certificate's file", "use letters, digits and `-`")
        }
        guard let blocks = PEMBlock.blocks(in: certificate.pem), !blocks.isEmpty else {
            throw problem("certificate.invalid", "Not a PEM certificate", "it begins with -----BEGIN CERTIFICATE-----")
        }
        if blocks.contains(where: { $0.label.hasSuffix("PRIVATE KEY") }) {
            throw problem("certificate.privateKey", "A private key in place of a certificate", "leave the key out")
        }
        guard blocks.count == 1, blocks[0].label.hasSuffix("CERTIFICATE") else {
            throw problem("certificate.several", "More than one certificate in one file", "give each a file of its own")
        }
        guard CertificateSubject.hash(of: blocks[0].content) != nil else {
            throw problem("certificate.invalid", "A damaged certificate", "check it with `openssl x509`")
        }
        let block = PEMBlock(label: "CERTIFICATE", content: blocks[0].content)
        return ExtraCertificate(name: certificate.name, pem: block.encoded)
    }

    /// What the package's own set-up writes at the top.
    private static let confHeader = """
        # This file lists certificates that you wish to use or to ignore to be
        # installed in /etc/ssl/certs.
        # update-ca-certificates(8) will update /etc/ssl/certs by reading this file.
        #
        # This is autogenerated by dpkg-reconfigure ca-certificates.
        # Certificates should be installed under /usr/share/ca-certificates
        # and files with extension '.crt' is recognized as available certs.
        #
        # line begins with # is comment.
        # line begins with ! is certificate filename to be deselected.
        #

        """
}
