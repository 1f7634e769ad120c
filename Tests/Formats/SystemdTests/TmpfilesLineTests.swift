// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthSystemd
import Testing

struct TmpfilesLineTests {
    private static let specifiers = Specifiers(release: ["VERSION_ID": "13"])

    private static func described(_ text: String) -> [String] {
        let read = TmpfilesLine.parse(Array(text.utf8), specifiers)
        return read.lines.map { line in
            let access = line.access
            let flags = [
                line.isForced ? "forced" : nil, line.replacesOthers ? "replaces" : nil,
                line.needsTarget ? "needs" : nil, access.isMasked ? "masked" : nil,
                access.isModeForNew ? "newMode" : nil, access.isUserForNew ? "newUser" : nil,
                access.isGroupForNew ? "newGroup" : nil, line.isPattern ? "pattern" : nil,
            ].compactMap { $0 }
            let owner = [access.mode.map { String($0, radix: 8) }, access.user, access.group].map { $0 ?? "-" }
            let argument = line.argument.map { String(decoding: $0, as: UTF8.self) } ?? "-"
            return
                "\(line.action) \(line.path) \(owner.joined(separator: ":")) \(argument) \(flags.joined(separator: ","))"
        } + read.faults.map { "line \($0.line): \($0.reason)" }
    }

    @Test(arguments: [
        ("d /a", "directory /a -:-:- - "), ("D /a/ 0755 root adm 10d -", "directory /a 755:root:adm - "),
        ("q /var 1777 - - 30d", "directory /var 1777:-:- - "), ("e /a*", "existingDirectory /a* -:-:- - pattern"),
        ("f /a 0644 - - - two words\\n", "file /a 644:-:- two words\n "),
        ("f+ /a - - - - %w%%", "truncatedFile /a -:-:- 13% forced"), ("F /a", "truncatedFile /a -:-:- - "),
        ("w /a? - - - - x", "write(appends: false) /a? -:-:- x pattern"),
        ("w+ /a - - - - x", "write(appends: true) /a -:-:- x forced,pattern"),
        ("L /etc/x - - - - ../y z", "symlink /etc/x -:-:- ../y z "),
        ("L+ /etc/x", "symlink /etc/x -:-:- /usr/share/factory/etc/x forced"),
        ("L? /etc/x - - - - /y", "symlink /etc/x -:-:- /y needs"), ("p /var/p 600", "fifo /var/p 600:-:- - "),
        ("C= /etc/x", "copy /etc/x -:-:- /usr/share/factory/etc/x replaces"),
        ("z /x ~2750 :a :b", "permissions(recursive: false) /x 2750:a:b - masked,newUser,newGroup,pattern"),
        ("Z \"/x y\" :~0700", "permissions(recursive: true) /x y 700:-:- - masked,newMode,pattern"),
        ("m /x\\x20y 1", "permissions(recursive: false) /x y 1:-:- - pattern"),
    ])
    func `lines that do something`(_ text: String, _ expected: String) {
        #expect(Self.described("# comment\n\n" + text) == [expected])
    }

    @Test(arguments: ["d! /run/x", "r /x", "R! /tmp/.X*", "x /tmp/y", "X /z", "h /var - - - - +C", "# d /x"])
    func `lines that mean nothing to an image`(_ text: String) { #expect(Self.described(text) == []) }

    @Test(arguments: [
        ("d", "too few or too many fields"), ("d x", "“x” is no path that can be used"),
        ("d /a/../b", "“/a/../b” is no path that can be used"),
        ("k /x", "the action “k” is not one that an image can have"),
        ("d++ /x", "the action “d++” is not one that an image can have"),
        ("f^ /x - - - - secret", "the action “f^” is not one that an image can have"),
        ("f~ /x - - - - YQ==", "the action “~” is not one that an image can have"),
        ("c /dev/x - - - - 1:3", "the action “c” is not one that an image can have"),
        ("d /x 888", "“888” is no number for an account or mode"),
        ("d /x 77777", "“77777” is no number for an account or mode"),
        ("d /var/%b", "“%b” stands for nothing that an image knows"),
        ("w /x", "an argument that is missing or has no meaning"),
        ("d '/x", "quotes that do not end"), ("f /x - - - - \\q", "a backslash that stands for nothing"),
        ("f /x - - - - \\0", "a backslash that stands for nothing"),
        ("C /x - - - - y", "“y” is no path that can be used"),
    ])
    func `lines that are passed over`(_ text: String, _ reason: String) {
        #expect(Self.described(text) == ["line 1: \(reason)"])
    }

    @Test(arguments: [
        ("\\a\\t\\x41\\101\\u00e9\\U0001F600\\\\\\\"\\s", "\u{7}\tAA\u{e9}\u{1f600}\\\" "), ("plain", "plain"),
    ])
    func `escapes of C`(_ text: String, _ content: String) {
        let read = TmpfilesLine.parse(Array("f /x - - - - \(text)".utf8), Self.specifiers)
        #expect(read.lines.map(\.argument) == [Array(content.utf8)])
    }
}
