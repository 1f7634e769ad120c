// SPDX-License-Identifier: Apache-2.0

/// What letters behind `%` stand for in sysusers.d and tmpfiles.d: directories, the user root, and what os-release says.
///
/// Facts of a running machine, such as its name or its kernel, stand for nothing.
package struct Specifiers: Sendable {
    private var values: [UInt8: [UInt8]]

    /// - Parameter release: what os-release says, by name.
    package init(release: [String: String] = [:]) {
        values = Self.fixed
        for (letter, name) in Self.named { values[letter] = release[name].map { Array($0.utf8) } }
    }

    func expand(_ text: [UInt8]) throws(ConfigurationFault.Reason) -> [UInt8] {
        guard text.contains(UInt8(ascii: "%")) else { return text }
        var result: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            let letter = rest.popFirst()
            guard let letter, let value = values[letter] else {
                throw .specifier(letter.map { String(decoding: [$0], as: UTF8.self) } ?? "")
            }
            result += value
        }
        return result
    }

    private static let named: [UInt8: String] = [
        UInt8(ascii: "A"): "IMAGE_VERSION", UInt8(ascii: "B"): "BUILD_ID", UInt8(ascii: "M"): "IMAGE_ID",
        UInt8(ascii: "o"): "ID", UInt8(ascii: "w"): "VERSION_ID", UInt8(ascii: "W"): "VARIANT_ID",
    ]

    private static let fixed: [UInt8: [UInt8]] = [
        UInt8(ascii: "%"): Array("%".utf8), UInt8(ascii: "C"): Array("/var/cache".utf8),
        UInt8(ascii: "L"): Array("/var/log".utf8), UInt8(ascii: "S"): Array("/var/lib".utf8),
        UInt8(ascii: "t"): Array("/run".utf8), UInt8(ascii: "T"): Array("/tmp".utf8),
        UInt8(ascii: "V"): Array("/var/tmp".utf8), UInt8(ascii: "h"): Array("/root".utf8),
        UInt8(ascii: "u"): Array("root".utf8), UInt8(ascii: "U"): Array("0".utf8),
        UInt8(ascii: "g"): Array("root".utf8),
        UInt8(ascii: "G"): Array("0".utf8),
    ]
}
