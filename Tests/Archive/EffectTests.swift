// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

extension ArchiveRuns {
    /// What programs of the image made when it was built.
    @Suite struct EffectTests {
        private static let recipe = """
            distribution: debian:trixie
            contents: {packages: [python3, fontconfig, fonts-dejavu-core]}
            effects: [bytecode, fontconfig]

            """

        @Test func cachesOfFontsAndModulesAreTakenAsTheyAre() throws {
            try withScratchDirectory { scratch in
                try outputOf("chmod", ["755", scratch.string])
                let recipe = scratch.appending("image.yaml")
                try writeFile(recipe, Self.recipe)
                let image = try BuiltImage(["build", recipe.string, "--verify"], in: scratch)
                let box = try Box(image, in: scratch)
                let loaded = try box.run(["/usr/bin/python3", "-v", "-c", "import json"]).errorText
                #expect(
                    loaded.contains(
                        "# code object from '/usr/lib/python3.13/json/__pycache__/__init__.cpython-313.pyc'"))
                #expect(!loaded.contains("# wrote "))
                let fonts = try box.run(["/usr/bin/fc-cache", "-v"]).text
                #expect(fonts.contains("/usr/share/fonts/truetype/dejavu: skipping, existing cache is valid"))
                let other = try runProgram(
                    ArchiveMachine.binary,
                    ["build", recipe.string, "--arch", "arm64", "-o", scratch.appending("other").string],
                    variables: ["PLINTH_HOME": ArchiveMachine.store.string])
                #expect(other.status == 2 && other.errorText.contains("effects.processor"), "\(other.errorText)")
            }
        }
    }
}
