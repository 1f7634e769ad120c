// SPDX-License-Identifier: Apache-2.0

/// What cannot be used, and what is said of it.
enum SchemaFaults {
    private static func schema(_ text: String) -> String { "<schemalist><schema id='x'>\(text)</schema></schemalist>" }

    private static func key(_ type: String, _ text: String) -> String {
        schema("<key name='k' type='\(type)'>\(text)</key>")
    }

    private static func usual(_ type: String, _ text: String) -> (String, String) {
        let name = type.split(separator: " ").first.map(String.init) ?? type
        return (key(type, "<default>\(text)</default>"), "line 1: a value that is not of the type “\(name)”")
    }

    static let files: [(String, String)] =
        [
            ("<schemalist>", "line 1: the file ends inside of an element"),
            ("", "line 1: the file ends inside of an element"),
            ("text", "line 1: text outside of all elements"),
            ("<other/>", "line 1: <other> does not belong at the top"),
            ("<schemalist>\n\n</other>", "line 3: </other> closes another element"),
            ("<schemalist a='1' a='2'/>", "line 1: <schemalist> has “a” twice"),
            ("<schemalist a=1/>", "line 1: the value of “a” has no quotes"),
            ("<schemalist>&nbsp;</schemalist>", "line 1: an & that is the beginning of nothing known"),
            ("<schemalist>&#0;</schemalist>", "line 1: an & that is the beginning of nothing known"),
            ("<schemalist>text</schemalist>", "line 1: text in <schemalist>"),
            ("<schemalist><!-- </schemalist>", "line 1: no --> to the end of the file"),
            ("<schemalist><schema/></schemalist>", "line 1: <schema> needs “id”"),
            ("<schemalist><schema id='x' name='y'/></schemalist>", "line 1: <schema> has no “name”"),
            (
                "<schemalist><schema id='org.example.base'/></schemalist>",
                "line 1: the schema “org.example.base” is given already"
            ),
            ("<schemalist><schema id='x' path='a/'/></schemalist>", "line 1: the path “a/” has no slash at its ends"),
            ("<schemalist><schema id='x' extends='y'/></schemalist>", "line 1: extends “y”, which is no schema yet"),
            (
                "<schemalist><schema id='x' extends='org.example.empty'/></schemalist>",
                "line 1: extends a schema with a path"
            ),
            ("<schemalist><schema id='x' list-of='y'/></schemalist>", "line 1: a list of “y”, which is no schema yet"),
            (schema("<key type='s'/>"), "line 1: <key> needs “name”"),
            (schema("<key name='K' type='s'/>"), "line 1: “K” is no name for a key"),
            (schema("<key name='a--b' type='s'/>"), "line 1: “a--b” is no name for a key"),
            (schema("<key name='a' type='zz'/>"), "line 1: “zz” is no type"),
            (schema("<key name='a'/>"), "line 1: a key has a type, an enum or flags"),
            (schema("<key name='a' enum='e'/>"), "line 1: the enum “e” is not given yet"),
            (schema("<override name='a'>1</override>"), "line 1: there is no key “a” to override"),
            (key("s", ""), "line 1: a key without <default>"),
            (key("s", "<default>'a</default>"), "line 1: quotes that do not end"),
            (key("s", "<default>'a' 'b'</default>"), "line 1: something behind a value"),
            (key("s", "<default l10n='messages'>'a'</default>"), "line 1: a translation without a gettext-domain"),
            (key("s", "<default context='c'>'a'</default>"), "line 1: a context for what is not translated"),
            (key("s", "<default>'a'</default><range min='1'/>"), "line 1: <range> is for numbers"),
            (key("i", "<default>5</default><range min='1' max='3'/>"), "line 1: the default lies outside of <range>"),
            (key("i", "<range min='3' max='1'/><default>2</default>"), "line 1: <range> ends before it begins"),
            (
                key("s", "<choices><choice value='a'/></choices><default>'b'</default>"),
                "line 1: the default is no choice"
            ),
            (key("i", "<choices><choice value='a'/></choices><default>1</default>"), "line 1: <choices> is for texts"),
            (key("s", "<choices/><default>'b'</default>"), "line 1: <choices> without <choice>"),
            (key("s", "<aliases/><default>'b'</default>"), "line 1: <aliases> for a key without choices, or twice"),
            (key("ai", "<default>[1 2]</default>"), "line 1: a list without commas or an end"),
            (key("(i)", "<default>(1)</default>"), "line 1: a tuple without commas or an end"),
            (key("a{ss}", "<default>{'a'}</default>"), "line 1: a key without a value"),
            (key("v", "<default>[]</default>"), "line 1: a value that is not of the type “v”"),
            (key("v", "<default>&lt;[]&gt;</default>"), "line 1: an empty list of no known type"),
            (key("s", "<default>hello</default>"), "line 1: a value that begins with “hello”"),
            (
                key(
                    String(repeating: "a", count: 20) + "i", "<default>\(String(repeating: "[", count: 5000))</default>"
                ), "line 1: a value that is missing or has no end"
            ),
            ("<schemalist><enum id='e'/></schemalist>", "line 1: an enumeration without values"),
            (
                "<schemalist><enum id='e'><value nick='a' value='1'/></enum></schemalist>",
                "line 1: a nick of fewer than two letters"
            ),
            (
                "<schemalist><enum id='e'><value nick='ab' value='x'/></enum></schemalist>",
                "line 1: a value that is no number of 32 bits"
            ),
            (
                "<schemalist><enum id='e'><value nick='ab' value='1'/><value nick='cd' value='1'/></enum></schemalist>",
                "line 1: the value 1 is given already"
            ),
            (
                "<schemalist><flags id='e'><value nick='ab' value='3'/></flags></schemalist>",
                "line 1: a flag of more than one bit"
            ),
        ] + [
            usual("b", "1"), usual("y", "256"), usual("y", "-1"), usual("n", "32768"), usual("u", "4294967296"),
            usual("i", "1.5"), usual("i", "08"), usual("i", "0x"), usual("x", "9223372036854775808"),
            usual("d", "1.2.3"),
            usual("s", "1"), usual("o", "'a'"), usual("o", "'/a/'"), usual("g", "'zz'"), usual("as", "'a'"),
            usual("(ii)", "(1, 2, 3)"),
            (key("mi", "<default>'a'</default>"), "line 1: a value that is not of the type “i”"),
        ]

    static let overrides: [(String, [String])] = [
        ("junk\n", ["o.gschema.override was left out: line 1: neither a group nor a key with a value"]),
        ("a=1\n", ["o.gschema.override was left out: line 1: neither a group nor a key with a value"]),
        ("\n[org.example.base]\n=1\n", ["o.gschema.override was left out: line 3: a value without a key"]),
        (
            "[org.example.base]\nsize='a'\n",
            ["o.gschema.override: org.example.base size: a value that is not of the type “i”"]
        ),
        (
            "[org.example.base]\nsize=10\n",
            ["o.gschema.override: org.example.base size: a value that the key may not have"]
        ),
        (
            "[org.example.derived:X]\nname='a'\n",
            ["o.gschema.override: org.example.derived:X name: a translated key has one default"]
        ),
        ("[nobody]\nsize=1\n", []), ("# only\n", []),
    ]
}
