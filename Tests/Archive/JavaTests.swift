// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage
import Testing

extension ArchiveRuns {
    @Suite struct JavaTests {
        @Test func aClassRunsAndTrustsTheCertificates() throws {
            try Box.with(example: "java") { box, report in
                // Java's script alone asks for util-linux.
                #expect(report.platforms.allSatisfy { $0.leftOut.map(\.name).contains("util-linux") })
                // The locale is there: names of files may be any.
                let properties = try box("-XshowSettings:properties", "-version")
                #expect(properties.status == 0)
                #expect(properties.errorText.contains("java.version = 21."))
                #expect(properties.errorText.contains("sun.jnu.encoding = UTF-8"))
                if hasProgram("javac") { try expectHello(in: box) }
            }
        }

        /// The image has no compiler; this machine's makes a class for it.
        private func expectHello(in box: Box) throws {
            _ = try box.write("Hello.java", Self.hello)
            let target = ["--release", "17", "-d", box.work.string]
            try outputOf("javac", target + [box.work.appending("Hello.java").string])
            let result = try box("-cp", "/tmp/work", "Hello")
            #expect(result.errorText == "")
            #expect(
                result.text == """
                    digest 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881
                    time 2025-07-01T12:00+02:00[Europe/Berlin]
                    listens true
                    name true
                    trusted true

                    """)
        }

        private static let hello = #"""
            import java.net.*;
            import java.nio.file.*;
            import java.security.*;
            import java.time.*;
            import java.util.*;
            import javax.net.ssl.*;

            public class Hello {
                public static void main(String[] arguments) throws Exception {
                    byte[] digest = MessageDigest.getInstance("SHA-256").digest("x".getBytes());
                    System.out.println("digest " + HexFormat.of().formatHex(digest));
                    System.out.println("time " + ZonedDateTime.of(2025, 7, 1, 12, 0, 0, 0, ZoneId.of("Europe/Berlin")));
                    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                        System.out.println("listens " + (server.getLocalPort() > 0));
                    }
                    Path file = Files.writeString(Path.of("/tmp/\u00e4"), "x");
                    System.out.println("name " + Files.exists(file));
                    TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                    factory.init((KeyStore) null);
                    X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
                    System.out.println("trusted " + (manager.getAcceptedIssuers().length > 100));
                }
            }
            """#
    }
}
