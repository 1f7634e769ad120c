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
        "tar:alpine/v3.20/x86_64/alpine-minirootfs-3.20.3-x86_64.tar.gz",
        "tar:alpine/v3.20/aarch64/alpine-minirootfs-3.20.3-aarch64.tar.gz",
        "tar:alpine/v3.20/s390x/alpine-minirootfs-3.20.3-s390x.tar.gz",
        "tar:alpine/v3.16/x86_64/alpine-minirootfs-3.16.9-x86_64.tar.gz",
        "tar:alpine/v3.10/x86_64/alpine-minirootfs-3.10.9-x86_64.tar.gz",
        "tar:alpine-old/library-3.5/rootfs.tar.xz", "tar:alpine-old/library-2.6/rootfs.tar.gz",
        "tar:almalinux-micro/al9-20231124/almalinux-9-docker-aarch64-micro.tar.xz",
        "tar:almalinux-micro/al9-20231124/almalinux-9-docker-s390x-micro.tar.xz",
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
            for line in result.text.split(separator: "\n").dropFirst() where !line.contains("sha256:") {
                #expect(line.count <= 80, "too wide: \(line)")
            }
            #expect(result.status == 0)
        }
    }
}
