// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthSystemd
import Testing

struct SysusersLineTests {
    private static let specifiers = Specifiers(release: ["ID": "debian"])

    private static func line(_ action: SysusersLine.Action, _ name: String) -> SysusersLine {
        SysusersLine(action: action, name: name)
    }

    @Test func `a file with every kind of line`() {
        let text = """
            # comment
            ; another

            u one 7 "Full \\"name\\"" /srv/%o /bin/sh
            u! two -:adm 'x y'
            u three /usr/lib/x
            u four 8:9
            g g1 -
              g g2 10
            m one adm
            r - 500-600
            r - 700
            """
        var one = Self.line(.user(isExpired: false), "one")
        (one.number, one.comment, one.home, one.shell) = (7, "Full \"name\"", "/srv/debian", "/bin/sh")
        var two = Self.line(.user(isExpired: true), "two")
        (two.group, two.comment) = (.name("adm"), "x y")
        var three = Self.line(.user(isExpired: false), "three")
        three.file = TreePath("usr/lib/x")
        var four = Self.line(.user(isExpired: false), "four")
        (four.number, four.group) = (8, .number(9))
        var group = Self.line(.group, "g2")
        group.number = 10
        let read = SysusersLine.parse(Array(text.utf8), Self.specifiers)
        #expect(
            read.lines == [
                one, two, three, four, Self.line(.group, "g1"), group, Self.line(.member(of: "adm"), "one"),
                Self.line(.range(500...600), ""), Self.line(.range(700...700), ""),
            ])
        #expect(read.faults == [])
    }

    @Test(
        arguments: [
            ("u", .fields), ("u a b c d e f", .fields), ("x a", .action("x")), ("u? a", .action("u?")),
            ("u a:b", .name("a:b")), ("u 12", .name("12")),
            ("u a 4294967295", .number("4294967295")), ("u a 65535", .number("65535")), ("u a +1", .number("+1")),
            ("u a 1:b:c", .name("b:c")), ("g a 1:2", .number("1:2")), ("u a - \"x", .openQuote), ("u a - x\\", .escape),
            ("u a - x:y", .name("x:y")), ("u a - - home", .path("home")), ("u a - - /a/../b", .path("/a/../b")),
            ("u a - - /%m", .specifier("m")), ("u a - - /%", .specifier("")), ("m a -", .name("")),
            ("r - 9-1", .number("9-1")), ("r x 1-2", .fields),
            ("g a 1 comment", .fields), ("u a /../x", .path("/../x")),
        ] as [(String, ConfigurationFault.Reason)])
    func `lines that are passed over`(_ text: String, _ reason: ConfigurationFault.Reason) {
        let read = SysusersLine.parse(Array("g first -\n\(text)".utf8), Self.specifiers)
        #expect(read.lines == [Self.line(.group, "first")])
        #expect(read.faults.map(\.line) == [2])
        #expect(read.faults.map(\.reason) == [reason])
    }

    @Test func `no more lines than anybody writes`() {
        let read = SysusersLine.parse(Array(String(repeating: "g a -\n", count: 5000).utf8), Self.specifiers)
        #expect(read.lines.count == 4096)
        #expect(read.faults.map(\.reason) == [.tooMany])
    }
}
