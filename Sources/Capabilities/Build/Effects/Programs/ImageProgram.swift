// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// A declared effect that only a program of the image itself can have: what is run, and what is taken back of what it
/// wrote.
struct ImageProgram: Sendable {
    let effect: DeclaredEffect
    /// Nil when the image has no such program, or nothing for it to do.
    let command: @Sendable (FileTree) -> [String]?
    /// What the image is told when there is no command.
    let missing: String
    let keeps: @Sendable (TreePath) -> Bool
    /// Whether files that it cannot deal with are a note, and not the end.
    var isForgiving = false

    /// The caches of fontconfig, one for each directory of fonts: fc-cache(1).
    static let fontconfig = ImageProgram(
        effect: .fontconfig,
        command: { tree in
            let program = TreePath("usr/bin/fc-cache")
            return tree.resolve(program) == nil ? nil : ["/\(program)", "--really-force", "--system-only"]
        },
        missing: "the image has no fc-cache: name the package fontconfig",
        keeps: { $0.isInside(TreePath("var/cache/fontconfig")) })

    /// Compiled modules of Python, checked against nothing when they are loaded: PEP 552.
    static let bytecode = ImageProgram(
        effect: .bytecode,
        command: { tree in
            let programs = [TreePath("usr/bin/python3"), TreePath("usr/local/bin/python3")]
            let folders = [TreePath("usr/lib"), TreePath("usr/local/lib")].flatMap { tree.children(of: $0) }.filter {
                $0.name.starts(with: "python3".utf8) && tree[$0]?.isDirectory == true
            }
            guard let program = programs.first(where: { tree.resolve($0) != nil }), !folders.isEmpty else { return nil }
            let words = ["-B", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
            return ["/\(program)"] + words + folders.map { "/\($0)" }
        },
        missing: "the image has no python3",
        keeps: { $0.name.suffix(4).elementsEqual(".pyc".utf8) }, isForgiving: true)
}

extension DeclaredEffect {
    /// Nil for what is done as data.
    var program: ImageProgram? {
        switch self {
        case .fontconfig: .fontconfig
        case .bytecode: .bytecode
        case .sysusers, .tmpfiles, .glibSchemas: nil
        }
    }
}
