// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// What the packages' own scripts would do on a first installation, worked out without running them.
///
/// Known are accounts, directories, owners, permission bits, links, small files, alternatives, shells and the
/// authentication stack. What is left over is told, script by script.
struct PackageScriptsEffect: Effect {
    let name = "package set-up"

    func apply(to tree: inout FileTree, in context: EffectContext) throws -> EffectReport {
        run(on: &tree, in: context).report
    }

    func run(
        on tree: inout FileTree, in context: EffectContext
    ) -> (report: EffectReport, unexplained: [UnexplainedScript]) {
        var given = FileTree(epoch: tree.epoch)
        swap(&given, &tree)
        var host = SetupHost(tree: given, context: context)
        given = FileTree(epoch: tree.epoch)
        var unexplained: [UnexplainedScript] = []
        // Everything is unpacked before anything is set up.
        for call in Self.calls(of: context) where !Self.ownEffects.contains(call.package.name) {
            guard let bytes = call.package.scripts[call.script] else { continue }
            // debconf asks its questions before a package is set up; nobody answers.
            if call.script == "postinst", let questions = call.package.scripts["config"] {
                host.begin(call.package, "config")
                Self.follow(questions, "config", call.arguments, &host)
            }
            host.begin(call.package, call.script)
            Self.follow(bytes, call.script, call.arguments, &host)
            host.edit.standsIn(for: call.package.name, call.script, in: context)
            if let summary = host.summary {
                unexplained.append(
                    UnexplainedScript(package: call.package.name, script: call.script, summary: summary))
            }
        }
        unexplained.sort { ($0.package, $0.script) < ($1.package, $1.script) }
        host.finish()
        tree = host.tree
        return (host.edit.report, unexplained)
    }

    private typealias Call = (package: EffectPackage, script: String, arguments: [String])

    /// The scripts of a first installation in the order in which the family runs them.
    private static func calls(of context: EffectContext) -> [Call] {
        switch context.style {
        case .debian:
            let packages = ordered(context.packages)
            return packages.map { ($0, "preinst", ["install"]) }
                + packages.map { ($0, "postinst", ["configure", ""]) }
        case .busyBox:
            let setUp = context.packages.flatMap { package in
                [(package, "pre-install", [package.version]), (package, "post-install", [package.version])]
            }
            return setUp + context.packages.map { ($0, "trigger", $0.triggered) }
        }
    }

    /// Packages whose whole set-up is another effect's work.
    private static let ownEffects: Set<String> = ["ca-certificates", "tzdata"]

    /// The packages that others count on come first, as a bootstrap sets them up.
    private static func ordered(_ packages: [EffectPackage]) -> [EffectPackage] {
        let first = ["base-passwd", "base-files", "passwd"]
        return first.compactMap { name in packages.first { $0.name == name } }
            + packages.filter { !first.contains($0.name) }
    }

    static func follow(_ bytes: [UInt8], _ script: String, _ arguments: [String], _ host: inout SetupHost) {
        guard bytes.starts(with: "#!".utf8) else { return host.leave("is no script") }
        let line = String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
        guard ["/sh", "/dash", "/bash", "busybox sh"].contains(where: line.contains) else {
            return host.leave("is written in \(line.dropFirst(2).trimmedBlanks)")
        }
        do {
            let parsed = try ShellParser.parse(bytes)
            let variables = [
                "0": "/var/lib/dpkg/info/\(host.package.name).\(script)", "DPKG_MAINTSCRIPT_PACKAGE": host.package.name,
                "DPKG_MAINTSCRIPT_NAME": script,
                "DPKG_MAINTSCRIPT_ARCH": host.context.architecture, "DEBIAN_FRONTEND": "noninteractive",
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                "DPKG_ADMINDIR": "/var/lib/dpkg",
            ]
            var evaluator = ShellEvaluator(host: host, variables: variables, arguments: arguments)
            host = SetupHost(tree: FileTree(epoch: 0), context: host.context)
            evaluator.run(parsed)
            host = evaluator.host
        } catch {
            host.leave("line \(error.line) cannot be read: \(error.what)")
        }
    }
}

extension SetupHost {
    /// Writes what was gathered over all scripts.
    mutating func finish() {
        for path in tree.children(of: TreePath("usr/lib/sysusers.d")) {
            let name = String(decoding: path.name, as: UTF8.self)
            if name.hasSuffix(".conf"), name != "basic.conf" { applySysusers(name) }
        }
        modules.write(to: &tree, &edit)
        accounts.write(to: &tree, &edit)
        alternatives.write(to: &tree, &edit, keepsDatabase: context.isWholeSystem)
        if context.isWholeSystem, !diversions.all.isEmpty {
            edit.write(TreePath("var/lib/dpkg/diversions"), diversions.record, in: &tree)
        }
        if context.isWholeSystem, !overrides.isEmpty {
            edit.write(
                TreePath("var/lib/dpkg/statoverride"), overrides.map { $0 + "\n" }.joined(), in: &tree)
        }
    }
}

extension Substring {
    /// A word without blanks around it.
    var trimmedBlanks: Substring { drop { $0 == " " }.prefix { $0 != " " } }
}

extension String {
    /// The program of a `#!` line without its arguments.
    var trimmedMark: Substring { dropFirst(2).trimmedBlanks }
}
