// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// A kind of text: how it is checked, how a message names it, and its pattern for the JSON schema.
struct TextForm: Sendable {
    /// Such as `an absolute path`.
    let title: String
    /// ECMA-262; nil where any text does.
    let pattern: String?
    /// Whether YAML without quotes may make a number or a truth value of it.
    var maybeNumber = false
    let accepts: @Sendable (String) -> Bool

    init(
        _ title: String, pattern: String? = nil, maybeNumber: Bool = false,
        _ accepts: @escaping @Sendable (String) -> Bool
    ) {
        self.title = title
        self.pattern = pattern
        self.maybeNumber = maybeNumber
        self.accepts = accepts
    }

    static let any = TextForm("a text", maybeNumber: true) { !$0.utf8.contains(0) }
    static let word = TextForm("a word", pattern: "^[^\\s\\x00-\\x1f]+$", maybeNumber: true, isWord)
    static let oneLine = TextForm("one line of text", pattern: "^[^\\x00-\\x1f]+$") { isPrintable($0) && !$0.isEmpty }
    static let distribution = TextForm("a distribution such as debian:trixie", pattern: "^[^\\s]+$", isWord)
    static let date = TextForm(
        "a date such as 2026-11-01 or 2026-11-01T06:00:00Z",
        pattern: "^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d:\\d\\dZ)?$|^\\d{8}T\\d{6}Z$"
    ) { SnapshotDate.normal($0) != nil }
    static let package = TextForm(
        "a package such as nginx, nginx=1.22*, nginx/suite, ./own.deb or '!perl'", pattern: "^!?[^\\s!]+$"
    ) {
        isWord($0) && $0 != "!" && !$0.utf8.dropFirst().contains(UInt8(ascii: "!"))
    }
    static let absolutePath = TextForm("an absolute path", pattern: "^/[^\\x00-\\x1f]*$") {
        $0.hasPrefix("/") && isPrintable($0)
    }
    static let imagePath = TextForm("a path inside the image", pattern: "^[^\\x00-\\x1f]+$") {
        isPrintable($0) && !$0.isEmpty
    }
    static let digest = TextForm("a digest: sha256: and 64 hexadecimal digits", pattern: "^sha256:[0-9a-f]{64}$") {
        Digest(parsing: $0)?.description == $0
    }
    static let variant = TextForm("a variant's name", pattern: "^[a-z0-9][a-z0-9._-]*$") {
        $0.utf8.count <= 64 && isMade($0[...], of: "._-", first: "") && $0 == $0.lowercased()
    }
    /// Of apk: what it names is seen when it is read.
    static let apkRepository = TextForm(
        "an address or a directory, @TAG before it where it has one", pattern: "^(@[^\\s]+\\s+)?[^\\x00-\\x1f]+$"
    ) { isPrintable($0) && !$0.isEmpty && !$0.hasPrefix(" ") }
    static let keyName = TextForm("a key's file name", pattern: "^[A-Za-z0-9_][A-Za-z0-9_.@-]*$") {
        $0.utf8.count <= 128 && isMade($0[...], of: "_.@-", first: "_")
    }
    static let publicKey = TextForm("a public key in PEM form", pattern: "-----BEGIN PUBLIC KEY-----") {
        $0.contains("-----BEGIN PUBLIC KEY-----") && $0.contains("-----END PUBLIC KEY-----") && !$0.utf8.contains(0)
    }
    static let service = TextForm("a service's name", pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*$") {
        $0.utf8.count <= 64 && isMade($0[...], of: "_.-", first: "_")
    }
    static let account = TextForm("an account name", pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*\\$?$") { text in
        let body = text.hasSuffix("$") ? text.dropLast() : text[...]
        return body.utf8.count <= 32 && isMade(body, of: "_.-", first: "_")
    }
    static let field = TextForm("text without a colon", pattern: "^[^:\\x00-\\x1f]*$") {
        isPrintable($0) && !$0.utf8.contains(colon)
    }
    static let homePath = TextForm("an absolute path without a colon", pattern: "^/[^:\\x00-\\x1f]*$") {
        $0.hasPrefix("/") && isPrintable($0) && !$0.utf8.contains(colon)
    }
    static let runAs = TextForm(
        "a user such as nonroot, 65532 or 65532:65532", pattern: "^[^\\s:]+(:[^\\s:]+)?$", maybeNumber: true
    ) { text in
        let parts = text.utf8.split(separator: colon, omittingEmptySubsequences: false)
        return isWord(text) && parts.count <= 2 && !parts.contains { $0.isEmpty }
    }
    static let signal = TextForm("a signal such as SIGTERM", pattern: "^[A-Z][A-Z0-9+-]*$|^[0-9]+$", maybeNumber: true)
    {
        Int($0).map { (1...64).contains($0) } ?? ($0 == $0.uppercased() && isMade($0[...], of: "+-", first: ""))
    }
    static let port = TextForm(
        "a port such as 80, 443/tcp or 53/udp", pattern: "^[0-9]{1,5}(/(tcp|udp|sctp))?$", maybeNumber: true
    ) { Ports.normal($0) != nil }
    static let timeZone = TextForm("a time zone such as Europe/Berlin", pattern: "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")
    {
        !$0.isEmpty
            && $0.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                isMade($0, of: "_+-", first: "_+-")
            }
    }
    static let fileName = TextForm("a file name without extension", pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*$") {
        $0.utf8.count <= 128 && isMade($0[...], of: "_.-", first: "_")
    }
    static let certificate = TextForm("a certificate in PEM form", pattern: "-----BEGIN CERTIFICATE-----") {
        $0.contains("-----BEGIN CERTIFICATE-----") && $0.contains("-----END CERTIFICATE-----") && !$0.utf8.contains(0)
    }
    static let address = TextForm("an address or an absolute path", pattern: "^(https?://|file:///|/)[^\\s]+$") {
        text in
        isWord(text) && ["http://", "https://", "file:///", "/"].contains { text.hasPrefix($0) && text != $0 }
    }
    static let suite = TextForm("a suite such as trixie", pattern: "^[^\\s/]+(/[^\\s/]+)*$", isPathWord)
    static let component = TextForm("a component such as main", pattern: "^[^\\s/]+(/[^\\s/]+)*$", isPathWord)
    static let repositoryLine = TextForm(
        "a line such as: deb [signed-by=FILE] URL SUITE COMPONENT, or for apk an address",
        pattern: "^[^\\x00-\\x1f]+$"
    ) { isPrintable($0) && !$0.isEmpty }
    static let architecture = TextForm(
        "an architecture such as amd64 or arm64", pattern: "^[a-z0-9_/]+$", maybeNumber: true
    ) {
        isWord($0)
    }

    // MARK: Characters. In bytes: a Character may be a colon with an accent, which is a colon all the same.

    private static let colon = UInt8(ascii: ":")

    private static func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }
    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && isPrintable(text) && !text.utf8.contains(0x20)
    }

    /// A word that stays below the place it is appended to.
    private static func isPathWord(_ text: String) -> Bool {
        isWord(text) && TreePath(text: text)?.bytes.elementsEqual(text.utf8) == true
    }

    /// Letters and digits of ASCII and some more; the first one may be one of fewer.
    private static func isMade(_ text: Substring, of marks: String, first: String) -> Bool {
        func isOne(_ byte: UInt8, _ marks: String) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || marks.utf8.contains(byte)
        }
        guard let head = text.utf8.first, isOne(head, first) else { return false }
        return text.utf8.allSatisfy { isOne($0, marks) }
    }
}
