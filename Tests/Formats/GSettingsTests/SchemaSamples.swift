// SPDX-License-Identifier: Apache-2.0
import PlinthGSettings

/// Files that have everything that files of schemas can have.
enum SchemaSamples {
    static let all = [
        source("a.enums.xml", enums), source("b.gschema.xml", keys), source("c.gschema.xml", family),
        source("d.gschema.override", overrides), source("readme.txt", "no schema"),
    ]

    static func source(_ name: String, _ text: String) -> SchemaCompiler.Source {
        SchemaCompiler.Source(name: name, content: Array(text.utf8))
    }

    static let enums = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE schemalist SYSTEM "gschema.dtd" [ <!ENTITY x "y"> ]>
        <!-- shared -->
        <schemalist>
          <enum id="org.example.Colour">
            <value nick="red" value="0"/>
            <value nick="green" value="1"/>
            <value value="-2" nick="a-very-long-name-of-a-colour-to-be-sure"/>
            <value nick="blue" value="0x10"/>
          </enum>
          <flags id='org.example.Parts'>
            <value nick='none' value='0'/>
            <value nick='left' value='1'/>
            <value nick='right' value='2'/>
            <value nick='top' value='0x80000000'/>
          </flags>
        </schemalist>
        """

    static let keys = """
        <schemalist gettext-domain="example" xmlns:x="y">
          <schema id="org.example.keys" path="/org/example/keys/" x:note="passed over">
            <x:note><b>passed over</b> too</x:note>
            <key name="flag" type="b"><default>true</default><summary>A &lt;flag&gt;</summary></key>
            <key name="byte" type="y"><default>0x41</default><range min="1"/></key>
            <key name="small" type="n"><range min="-5" max="010"/><default>-5</default></key>
            <key name="word" type="q"><default>65535</default></key>
            <key name="int" type="i"><default>-2147483648</default><description>One
              and &quot;two&quot;</description></key>
            <key name="uint" type="u"><default>uint32 7</default><range max='10'/></key>
            <key name="long" type="x"><default>-9223372036854775808</default></key>
            <key name="ulong" type="t"><default>18446744073709551615</default></key>
            <key name="number" type="d"><default>-1.5e3</default><range/></key>
            <key name="handle" type="h"><default>3</default></key>
            <key name="text" type="s"><default l10n="messages" context="A &amp; B">  'caf\\u00e9 "x" &#x41;\\n'
            </default></key>
            <key name="time" type="s"><default l10n='time'>"%H:%M"</default></key>
            <key name="path" type="o"><default>'/a/b_1'</default></key>
            <key name="signature" type="g"><default>'a{sv}(ii)'</default></key>
            <key name="words" type="as"><default><![CDATA[['<Super>a', "b"]]]></default></key>
            <key name="none" type="as"><default>@ai []</default></key>
            <key name="bytes" type="ay"><default>b'a\\303\\n'</default></key>
            <key name="pairs" type="a{sv}"><default>{'a': &lt;1&gt;, 'b': &lt;['x', 'y']&gt;, 'c': &lt;@mi nothing&gt;,
              'd': &lt;(1, 2.0, true)&gt;, 'e': &lt;[1, 2.5]&gt;, 'f': &lt;&lt;'deep'&gt;&gt;, 'g': &lt;b'x'&gt;,
              'h': &lt;{'k': uint16 7}&gt;, 'i': &lt;just 'm'&gt;}</default></key>
            <key name="entry" type="{su}"><default>{'k', 9}</default></key>
            <key name="tuple" type="(ybsau(x)())"><default>(1, false, 's', [1, 2], (5,), ())</default></key>
            <key name="fixed" type="(yix)"><default>(1, 2, 3)</default></key>
            <key name="many" type="a(sai)"><default>[('a', []), ('', [1]), ('long', [1, 2, 3])]</default></key>
            <key name="maybe" type="ms"><default>nothing</default></key>
            <key name="maybe-int" type="mi"><default>just 5</default></key>
            <key name="maybe-plain" type="mas"><default>['x']</default></key>
            <key name="choice" type="s"><choices><choice value="one"/><choice value="two"/></choices>
              <aliases><alias value="eins" target="one"/></aliases><default>'two'</default></key>
            <key name="choices" type="as"><default>['one']</default>
              <choices><choice value="one"/><choice value="twenty-two"/></choices></key>
            <key name="colour" enum="org.example.Colour"><aliases><alias value="rouge" target="red"/></aliases>
              <default>'green'</default></key>
            <key name="parts" flags="org.example.Parts"><default>['left', 'top']</default></key>
            <child name="below" schema="org.example.none"/>
          </schema>
        </schemalist>
        """

    static let family = """
        <schemalist>
          <schema id="org.example.base">
            <key name="size" type="i"><default>1</default><range min="0" max="9"/></key>
            <key name="name" type="s"><default>'base'</default></key>
          </schema>
          <schema id="org.example.derived" extends="org.example.base" gettext-domain="d">
            <override name="size">5</override>
            <override name="name" l10n="messages">'derived'</override>
            <key name="more" type="b"><default>false</default></key>
          </schema>
          <schema id="org.example.list" path="/org/example/list:/" list-of="org.example.base"/>
          <schema id="org.example.empty" path="/e/"></schema>
          <schema id="org.example.anywhere"><key name="k" type="s"><default>''</default></key></schema>
        </schemalist>
        """

    static let overrides = """
        # Comment
        [org.example.base]
        size = 3
        name=  'other'\u{20}
        missing=1

        [org.example.base:GNOME]
        size=4
        [org.example.base:Unity;Xfce]
        size=5
        [org.example.none]
        x=1
        [org.example.base]
        name='last'
        size=77
        """

    /// Schemas with so many keys that tables grow and their entries move.
    static func many(_ count: Int) -> SchemaCompiler.Source {
        let keys = (0..<count).map { number in
            "<key name=\"key-\(number * 7919 % 10_007)\" type=\"i\"><default>\(number)</default></key>"
        }
        let schemas = (0..<count).map { "<schema id=\"org.example.s\($0)\"/>" }
        return source(
            "many.gschema.xml",
            "<schemalist><schema id=\"m\">\(keys.joined())</schema>\(schemas.joined())</schemalist>")
    }
}
