// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PlinthWeb

@Suite struct WebAddressTests {
    @Test(arguments: [
        ("http://example.org", "http://example.org/"),
        ("HTTPS://Example.ORG:8443/a?b#c", "https://example.org:8443/a?b"),
        ("http://user:pass@example.org/a", "http://example.org/a"), ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("http://example.org?q", "http://example.org/?q"),
        ("http://a/libstdc++6_12~é[1]%3a.deb", "http://a/libstdc++6_12~%c3%a9%5b1%5d%3a.deb"),
    ])
    func addresses(_ text: String, _ url: String) throws {
        #expect(try #require(WebAddress(text)).description == url)
    }

    @Test(arguments: [
        "ftp://example.org", "http://", "http:///a", "http://a b/", "http://a\r\nHost: x/", "http://a:0/",
        "http://a:99999/",
        "http://a:b/", "example.org", "http://[::1/", "http://a\\b/",
    ])
    func noAddresses(_ text: String) { #expect(WebAddress(text) == nil) }

    @Test(arguments: [
        ("http://user:pa@ss@example.org/a@b", "http://***@example.org/a@b"),
        ("http://example.org/a@b", "http://example.org/a@b"),
        ("/a@b", "/a@b"), ("https://token@example.org", "https://***@example.org"),
    ])
    func credentialsAreNotShown(_ text: String, _ shown: String) { #expect(redacted(text) == shown) }

    @Test(arguments: [
        ("http://a/b/c?d", "/x", "http://a/x"), ("http://a/b/c?d", "x", "http://a/b/x"),
        ("http://a/b/c", "?x", "http://a/b/c?x"),
        ("https://a/b", "//c/d", "https://c/d"), ("http://a/b", "https://c:1/d", "https://c:1/d"),
    ])
    func redirectTargets(_ base: String, _ location: String, _ target: String) throws {
        #expect(try #require(WebAddress(base)?.following(location)).url == target)
    }

    @Test(
        arguments: [
            ("http://example.org/", "p:1"), ("https://example.org/", "s:2"), ("http://local/", nil),
            ("http://sub.local/", nil),
            ("http://notlocal/", "p:1"), ("http://inner.example.net/", nil), ("http://porty:81/", nil),
            ("http://porty/", "p:1"),
        ] as [(String, String?)])
    func proxies(_ text: String, _ proxy: String?) throws {
        let proxies = Proxies(variables: [
            "http_proxy": "http://p:1", "HTTPS_PROXY": "s:2", "no_proxy": "local, .example.net,porty:81",
            "HTTP_PROXY": "http://evil:6",
        ])
        let found = proxies.proxy(for: try #require(WebAddress(text)))
        #expect(found.map { "\($0.host):\($0.effectivePort)" } == proxy)
    }

    @Test func thisMachineIsSpared() throws {
        let proxies = Proxies(variables: ["all_proxy": "http://p:1"]).sparingLoopback
        for host in ["localhost:5000", "127.0.0.1:5000", "[::1]:5000"] {
            #expect(proxies.proxy(for: try #require(WebAddress("http://\(host)/"))) == nil)
        }
        #expect(proxies.proxy(for: try #require(WebAddress("http://example.org/"))) != nil)
    }

    @Test func everythingDirect() throws {
        let proxies = Proxies(variables: ["all_proxy": "http://p:1", "NO_PROXY": "*"])
        #expect(proxies.proxy(for: try #require(WebAddress("http://a/"))) == nil)
    }

    @Test func pauses() {
        let schedule = RetrySchedule()
        #expect(schedule.pause(after: 1, asked: nil) == .milliseconds(500))
        #expect(schedule.pause(after: 4, asked: nil) == .seconds(4))
        #expect(schedule.pause(after: 5, asked: nil) == nil)
        #expect(schedule.pause(after: 1, asked: .seconds(9)) == .seconds(9))
        #expect(schedule.pause(after: 1, asked: .seconds(9000)) == .seconds(60))
    }

    @Test func ranges() {
        #expect(ContentRange("bytes 5-9/10")?.first == 5)
        #expect(ContentRange("bytes 5-9/10")?.total == 10)
        #expect(ContentRange("bytes 5-9/*")?.total == nil)
        #expect(ContentRange("bytes */10") == nil)
        #expect(ContentRange("items 1-2/3") == nil)
        #expect(ContentRange(nil) == nil)
    }
}
