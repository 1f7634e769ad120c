// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import Testing

extension ArchiveRuns {
    /// Each language's program runs a script that uses what an image is most likely to lack.
    @Suite struct LanguageTests {
        @Test func pythonHasItsModulesAndTrustsTheCertificates() throws {
            try Box.with(example: "python") { box, report in
                #expect(report.platforms.count == 2)
                let result = try box(try box.write("check.py", Self.python))
                #expect(result.errorText == "")
                #expect(
                    result.text == """
                        user 65532
                        libc True
                        sqlite [(42,)]
                        time 2025-07-01T12:00:00+02:00
                        trusted True
                        {"text": "\\u00e4"}

                        """)
            }
        }

        private static let python = """
            import ctypes, datetime, json, os, sqlite3, ssl, zoneinfo
            import asyncio, bz2, curses, decimal, email, hashlib, lzma, multiprocessing, readline, uuid, xml.etree, zlib
            print("user", os.getuid())
            print("libc", ctypes.CDLL("libc.so.6").getpid() == os.getpid())
            print("sqlite", sqlite3.connect(":memory:").execute("select 6 * 7").fetchall())
            print("time", datetime.datetime(2025, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).isoformat())
            print("trusted", ssl.create_default_context().cert_store_stats()["x509_ca"] > 100)
            print(json.dumps({"text": "ä"}))
            """

        @Test func nodeServesItself() throws {
            try Box.with(example: "node") { box, _ in
                let result = try box(try box.write("check.js", Self.node))
                #expect(result.errorText == "")
                #expect(
                    result.text == """
                        user 65532
                        digest 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881
                        month Juli
                        served 200 hello

                        """)
            }
        }

        private static let node = """
            const crypto = require("crypto"), http = require("http")
            console.log("user", process.getuid())
            console.log("digest", crypto.createHash("sha256").update("x").digest("hex"))
            console.log("month", new Intl.DateTimeFormat("de", {month: "long"}).format(new Date(2025, 6, 1)))
            const server = http.createServer((request, response) => response.end("hello"))
            server.listen(0, "127.0.0.1", async () => {
              const answer = await fetch(`http://127.0.0.1:${server.address().port}/`)
              console.log("served", answer.status, await answer.text())
              server.close()
              server.closeAllConnections()
            })
            """

        @Test func perlHasItsModulesAndAShell() throws {
            try Box.with(example: "perl") { box, _ in
                let result = try box(try box.write("check.pl", Self.perl))
                #expect(result.errorText == "")
                #expect(
                    result.text == """
                        user 65532
                        floor -3
                        bytes c3a4
                        digest 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881
                        served hello
                        shell 42

                        """)
            }
        }

        private static let perl = #"""
            use strict; use warnings;
            use POSIX qw(floor); use Encode; use IO::Socket::INET; use Digest::SHA qw(sha256_hex);
            use DB_File; use File::Temp; use JSON::PP; use List::Util; use Storable; use Time::HiRes; use Unicode::UCD;
            print "user $<\n";
            print "floor ", floor(-2.5), "\n";
            print "bytes ", unpack("H*", encode("UTF-8", "\x{e4}")), "\n";
            print "digest ", sha256_hex("x"), "\n";
            my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die;
            my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport) or die;
            my $peer = $server->accept or die;
            print $peer "hello\n";
            close $peer;
            print "served ", scalar <$client>;
            print "shell ", `echo \$((6 * 7))`;
            """#
    }
}
