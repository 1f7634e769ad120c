// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthTestSupport
import SystemPackage
import Testing

/// What is said of real base images that others made, where the fixtures are there.
struct BaseImageTests {
    static let images = [
        "oci:busybox/amd64/latest-1-glibc", "oci:busybox/amd64/latest-1-musl", "oci:busybox/amd64/latest-1-uclibc",
        "oci:busybox/amd64/latest-glibc", "oci:busybox/amd64/latest-musl", "oci:busybox/amd64/latest-uclibc",
        "oci:busybox/arm64v8/latest-1-musl", "oci:busybox/arm64v8/latest-musl",
    ]

    @Test(.enabled(if: Fixtures.path("base") != nil), arguments: images)
    func inspect(_ image: String) throws {
        guard let base = Fixtures.path("base") else { return }
        let parts = image.split(separator: ":", maxSplits: 1).map(String.init)
        try withScratchDirectory { directory in
            var run = PlinthRun(home: directory)
            // Whether support has ended depends on the day.
            run.variables["SOURCE_DATE_EPOCH"] = "1795219200"
            let result = try run(["inspect", "\(parts[0]):\(base)/\(parts[1])", "--anatomy"])
            try expectGolden(
                "base-" + image.replacing("/", with: "-").replacing(":", with: "-"), "inspect \(image) --anatomy",
                result,
                hiding: [(base.string, "BASE")])
            for line in result.text.split(separator: "\n") where !line.contains("sha256:") {
                #expect(line.count <= 80, "too wide: \(line)")
            }
            #expect(result.status == 0)
        }
    }
}
