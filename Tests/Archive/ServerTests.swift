// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage
import Testing

extension ArchiveRuns {
    @Suite struct ServerTests {
        /// nginx runs as root and its workers as `www-data`; an ordinary user can only be one of both.
        @Test func nginxServesItsPage() throws {
            try Box.with(example: "nginx") { image, report in
                #expect(report.platforms.allSatisfy { $0.packages.count <= 14 })
                var box = image
                if !ArchiveMachine.isRoot {
                    box.user = 33
                    // Port 80 is root's; the socket is enough.
                    try outputOf("rm", [box.root.appending("etc/nginx/sites-enabled/default").string])
                }
                let check = try box.run(["nginx", "-t"])
                #expect(check.errorText.contains("test is successful"))
                try writeFile(box.root.appending("etc/nginx/conf.d/socket.conf"), Self.site)
                let socket = box.work.appending("nginx.sock")
                let page = try box.serving(ready: socket) {
                    try runProgram("python3", ["-c", Self.fetch, socket.string]).text
                }
                #expect(page.result.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(page.result.contains("Welcome to nginx!"))
                #expect(!page.log.contains("[emerg]") && !page.log.contains("[alert]"))
            }
        }

        private static let site = """
            server { listen unix:/tmp/work/nginx.sock; root /var/www/html; index index.nginx-debian.html; }

            """

        private static let fetch = #"""
            import socket, sys
            client = socket.socket(socket.AF_UNIX)
            client.connect(sys.argv[1])
            client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            while part := client.recv(65536): sys.stdout.buffer.write(part)
            """#

        /// The entry point makes the database on its first start, and finds it on its second.
        @Test func postgresMakesItsDatabaseAndAnswers() throws {
            try Box.with(example: "postgres") { box, _ in
                let socket = box.root.appending("run/postgresql/.s.PGSQL.5432")
                let first = try box.serving(ready: socket) {
                    try ask(
                        box, "select 1", "select current_user", "create table t as select 'ä' || 'b' as c",
                        "select upper(c collate \"und-x-icu\") from t", "select to_tsvector('english', 'running dogs')",
                        "select '2025-07-01 12:00 Europe/Berlin'::timestamptz at time zone 'UTC'")
                }
                #expect(
                    first.result == [
                        "1\n", "postgres\n", "SELECT 1\n", "ÄB\n", "'dog':2 'run':1\n", "2025-07-01 10:00:00\n",
                    ], "\(first.log)")
                #expect(first.log.contains("database system is ready"))
                let second = try box.serving(ready: socket) { try ask(box, "select c from t") }
                #expect(second.result == ["äb\n"], "\(second.log)")
            }
        }

        /// `psql` of postgresql-client-common is a Perl script that finds the newest one.
        private func ask(_ box: Box, _ questions: String...) throws -> [String] {
            // The socket is there a moment before the server answers.
            _ = try box.run(["sh", "-c", "until pg_isready -q; do :; done"])
            return try questions.map { question in
                let result = try box.run(["/usr/bin/psql", "-d", "postgres", "-Atc", question])
                return result.text + result.errorText
            }
        }
    }
}
