// SPDX-License-Identifier: Apache-2.0
import PlinthTestSupport
import SystemPackage
import Testing

extension ArchiveRuns {
    @Suite struct RedisTests {
        /// The recipe's own user may write where Redis keeps its data.
        @Test func theExampleAnswersAndSaves() throws {
            try withScratchDirectory { scratch in
                let image = try BuiltImage(example: "redis", in: scratch)
                #expect(image.report.platforms.map(\.platform) == ["linux/amd64", "linux/arm64"])
                #expect(image.report.platforms.allSatisfy { $0.packages.count <= 20 })
                let box = try Box(image, in: scratch)
                let answers = try answers(of: box, ["ping"], ["set", "a", "b"], ["get", "a"], ["save"])
                #expect(answers == ["PONG\n", "OK\n", "b\n", "OK\n"])
                let data = try readFile(box.root.appending("var/lib/redis/dump.rdb"))
                #expect(data.starts(with: Array("REDIS".utf8)))
                try expectMachines(of: image, box, in: scratch)
            }
        }

        @Test func theRedisOfBookwormAnswersToo() throws {
            try withScratchDirectory { scratch in
                let image = try BuiltImage(
                    ["pack", "redis-server", "--from", "debian:bookworm", "--arch", "amd64,arm64", "--user", "redis"],
                    in: scratch)
                let box = try Box(image, in: scratch)
                #expect(try answers(of: box, ["ping"]) == ["PONG\n"])
                try expectMachines(of: image, box, in: scratch)
            }
        }

        @Test func theOneWithToolsHasThem() throws {
            try Box.with(example: "redis-debug") { box, _ in
                let shell = try box.run(["busybox", "sh", "-c", "busybox ls /usr/bin/redis-cli; echo $((6 * 7))"])
                #expect(shell.text + shell.errorText == "/usr/bin/redis-cli\n42\n")
                let answer = try answers(of: box, ["ping"])
                #expect(answer == ["PONG\n"])
            }
        }

        /// Starts the server on a socket and asks it with the image's own client.
        private func answers(of box: Box, _ questions: [String]...) throws -> [String] {
            let socket = "/tmp/work/redis.sock"
            return try box.serving(
                ["--port", "0", "--unixsocket", socket], ready: box.work.appending("redis.sock")
            ) {
                try questions.map { try box.run(["redis-cli", "-s", socket] + $0).text }
            }.result
        }

        /// Every program and library in each tree is for that tree's processor (`e_machine`, ELF header).
        private func expectMachines(of image: BuiltImage, _ box: Box, in scratch: FilePath) throws {
            for (architecture, machine) in [("amd64", 62), ("arm64", 183)] as [(String, UInt8)] {
                let isOurs = architecture == ArchiveMachine.architecture
                let root = isOurs ? box.root : scratch.appending(architecture)
                if !isOurs { try image.unpack(architecture, to: root) }
                let listing = String(decoding: try outputOf("find", [root.string, "-type", "f"]), as: UTF8.self)
                let headers = try listing.split(separator: "\n").map { try header(of: FilePath(String($0))) }
                let programs = headers.filter { $0.starts(with: [0x7f, 0x45, 0x4c, 0x46]) && $0.count == 20 }
                #expect(programs.count > 15)
                #expect(programs.allSatisfy { $0[18] == machine && $0[19] == 0 }, "\(architecture)")
            }
        }
    }
}

/// The beginning of an ELF file's header.
private func header(of path: FilePath) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly)
    return try file.closeAfter {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
        return Array(bytes.prefix(count))
    }
}
