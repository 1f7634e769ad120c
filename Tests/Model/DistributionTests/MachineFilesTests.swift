// SPDX-License-Identifier: Apache-2.0
import PlinthDistribution
import SystemPackage
import Testing

@Suite struct MachineFilesTests {
    @Test func theDiskIsReadThroughTheSameTwoQuestions() throws {
        let own = FilePath(#filePath)
        let text = try #require(try MachineFiles.real.read(own))
        #expect(text.starts(with: Array("// SPDX-License-Identifier: Apache-2.0\n".utf8)))
        let names = try MachineFiles.real.list(own.removingLastComponent())
        #expect(names.contains("MachineFilesTests.swift"))
        #expect(names == names.sorted())
    }

    @Test func whatDoesNotExistAndAFolderIsNoFile() throws {
        let folder = FilePath(#filePath).removingLastComponent()
        #expect(try MachineFiles.real.read(folder.appending("none")) == nil)
        #expect(try MachineFiles.real.read(folder) == nil)
        #expect(try MachineFiles.real.list(folder.appending("none")) == [])
    }
}
