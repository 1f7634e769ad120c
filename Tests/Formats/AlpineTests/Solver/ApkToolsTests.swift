// SPDX-License-Identifier: Apache-2.0
import PlinthAlpine
import Testing

/// The solver tests of apk-tools: what is done, in which order, and what is said when nothing fits.
struct ApkToolsTests {
    /// Tests that come out otherwise, and why.
    static let exceptions = [
        "provides14": """
        A package that `install_if` brings provides a name without version that the world asks for. We take it, as
        we take one that a dependency brings (provides22); apk asks for a choice.
        """
    ]

    @Test(arguments: ApkToolsCase.names)
    func answers(as name: String) throws {
        let test = try ApkToolsCase(name)
        let found = try ApkToolsRun.output(of: test)
        if Self.exceptions[name] != nil {
            #expect(found != test.expected, "\(name) is right now: take it off the list")
        } else {
            #expect(found == test.expected, "\(name)")
        }
    }
}
