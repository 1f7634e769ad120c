// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An image in a layout, and what `plinth` says of it.
struct BuiltImage {
    let layout: FilePath
    let report: BuildFacts
    let platforms: [ImageFacts]

    /// Builds one of the recipes in `examples`.
    init(example name: String, in scratch: FilePath) throws {
        let recipe = ArchiveMachine.checkout.appending("examples").appending(name + ".yaml")
        try self.init(["build", recipe.string], in: scratch)
    }

    /// Builds with `plinth build …` or `plinth pack …`.
    init(_ arguments: [String], in scratch: FilePath) throws {
        layout = scratch.appending("image")
        report = try Plinth.json(arguments + ["-o", layout.string], in: scratch)
        let inspected: InspectedFacts = try Plinth.json(["inspect", layout.string], in: scratch)
        platforms = inspected.platforms
    }

    /// The image for this machine.
    func native() throws -> ImageFacts {
        guard let found = platforms.first(where: { $0.platform.hasSuffix("/" + ArchiveMachine.architecture) }) else {
            throw Problem("test.image", "The image is not for this machine", at: layout.string)
        }
        return found
    }

    /// Unpacks the layers with tar.
    func unpack(_ architecture: String, to root: FilePath) throws {
        let script = ArchiveMachine.checkout.appending("scripts/unpack.sh").string
        try outputOf("sh", [script, layout.string, root.string, architecture])
    }
}

/// `plinth`, run as a person would.
enum Plinth {
    /// One JSON document that it prints.
    /// - Throws: `Problem` with code `test.program`.
    static func json<Facts: Decodable>(_ arguments: [String], in directory: FilePath) throws -> Facts {
        let command = [ArchiveMachine.binary] + arguments + ["--json"]
        let output = try outputOf(
            "timeout", ["-k", "10", "1000"] + command, directory: directory,
            variables: ["PLINTH_HOME": ArchiveMachine.store.string])
        return try JSONDecoder().decode(Facts.self, from: Data(output))
    }
}

/// What is read of the report of `plinth build`.
struct BuildFacts: Decodable {
    struct Platform: Decodable {
        struct Package: Decodable { let name: String }
        struct LeftOut: Decodable { let name: String }
        let platform: String
        let packages: [Package]
        let leftOut: [LeftOut]

        var names: Set<String> { Set(packages.map(\.name)) }
    }
    let platforms: [Platform]
}

struct InspectedFacts: Decodable {
    let platforms: [ImageFacts]
}

/// What is read of the report of `plinth inspect`: how the image wants to be run.
struct ImageFacts: Decodable {
    let platform: String
    let entrypoint: [String]
    let command: [String]
    let environment: [String]
    let user: String?
    let workingDirectory: String?
}
