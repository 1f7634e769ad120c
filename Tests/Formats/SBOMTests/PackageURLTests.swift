// SPDX-License-Identifier: Apache-2.0
import PlinthSBOM
import Testing

@Suite struct PackageURLTests {
    @Test(arguments: [
        (
            PackageURL(type: "deb", namespace: "debian", name: "curl", version: "7.50.3-1"),
            "pkg:deb/debian/curl@7.50.3-1"
        ),
        (PackageURL(type: "oci", name: "a"), "pkg:oci/a"),
        (
            PackageURL(
                type: "deb", name: "libstdc++6", version: "1:2~3+b", qualifiers: ["b": "x y", "a": "1/2", "c": ""]),
            "pkg:deb/libstdc%2B%2B6@1:2~3%2Bb?a=1%2F2&b=x%20y"
        ),
        (PackageURL(type: "deb", name: "é"), "pkg:deb/%C3%A9"),
    ])
    func written(url: PackageURL, text: String) {
        #expect(url.description == text)
    }
}
