// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder with a root that a seed chooses: libraries, links right and wrong, scripts, other architectures.
struct LoaderScratch {
    let folder: URL
    private var random: SeededGenerator

    static var canJudge: Bool {
        #if os(Linux) && arch(x86_64)
            FileManager.default.isExecutableFile(atPath: "/sbin/ldconfig")
                && FileManager.default.fileExists(atPath: "/etc/debian_version") && generator != nil
        #else
            false
        #endif
    }

    /// What this machine's `ldconfig` calls itself.
    private static let generator: String? = {
        guard let cache = FileManager.default.contents(atPath: "/etc/ld.so.cache") else { return nil }
        let mark = Data("ldconfig (".utf8)
        guard let start = cache.range(of: mark, options: .backwards) else { return nil }
        return String(decoding: cache[(start.lowerBound + 9)...], as: UTF8.self)
    }()

    init(seed: UInt64) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "loader-\(seed)-\(UUID().uuidString)")
        random = SeededGenerator(state: seed)
        for name in [
            "etc/ld.so.conf.d", "usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2", "usr/local/lib",
            "usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3", "opt/libs", "var/cache/ldconfig",
        ] {
            try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        try link("lib", "usr/lib")
        try write("etc/ld.so.conf", Array("include /etc/ld.so.conf.d/*.conf\n# none\n/opt/libs/\n/missing\n".utf8))
        try write("etc/ld.so.conf.d/a.conf", Array("/usr/local/lib # here\n".utf8))
        try write("etc/ld.so.conf.d/b.conf", Array("/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu\n".utf8))
        let version = Array("GNU C Library \(Self.generator ?? "").\n".utf8)
        try write("usr/lib/x86_64-linux-gnu/libc.so.6", object("libc.so.6", 62).bytes + version)
        for place in ["usr/lib/x86_64-linux-gnu", "usr/local/lib", "opt/libs", "usr/lib"] { try fill(place) }
        for name in ["x86-64-v2", "x86-64-v3"] {
            let place = "usr/lib/x86_64-linux-gnu/glibc-hwcaps/" + name
            try write(place + "/libfoo.so.1.5", object("libfoo.so.1", 62).bytes)
            if Bool.random(using: &random) { try fill(place) }
        }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func runLdconfig() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/sbin/ldconfig")
        process.arguments = ["-i", "-r", folder.path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }

    private mutating func fill(_ place: String) throws {
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let stem = ["foo", "bar", "baz9", "q-1"].randomElement(using: &random) ?? ""
            let major = Int.random(in: 1...2, using: &random)
            let version = ".\(major).\(Int.random(in: 0...11, using: &random))"
            let name = "lib\(stem).so" + version
            let soname = Int.random(in: 0...9, using: &random) == 0 ? nil : "lib\(stem).so.\(major)"
            switch Int.random(in: 0...9, using: &random) {
            case 0: try write(place + "/lib\(stem).so", Array("/* a linker script */".utf8))
            case 1: try link(place + "/lib\(stem).so", name)
            case 2: try link(place + "/" + (soname ?? "x"), name)
            // Of two kinds with one soname in one directory ldconfig takes the flags of whichever it reads first.
            case 3: try write(place + "/lib32" + name, object("lib32" + (soname ?? stem), 3).bytes)
            case 4: try write(place + "/" + name, object(soname, 183).bytes)
            case 5: try write(place + "/" + (soname ?? "libx.so"), object(soname, 62).bytes)
            default: try write(place + "/" + name, object(soname, 62).bytes)
            }
        }
    }

    private func object(_ soname: String?, _ machine: UInt16) -> ObjectSpec {
        ObjectSpec(
            shape: .init(is64: machine != 3, isLittleEndian: true), type: 3, machine: machine, soname: soname,
            needed: ["libc.so.6"])
    }

    private func write(_ path: String, _ bytes: [UInt8]) throws {
        let place = folder.appending(path: path)
        try? FileManager.default.removeItem(at: place)
        try Data(bytes).write(to: place)
    }

    private func link(_ path: String, _ target: String) throws {
        let place = folder.appending(path: path)
        try? FileManager.default.removeItem(at: place)
        try FileManager.default.createSymbolicLink(atPath: place.path, withDestinationPath: target)
    }
}
