// SPDX-License-Identifier: Apache-2.0

/// What the run-time linker and `ldconfig` need to know of one ELF file.
package struct ELFSummary: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case other = 0
        case executable = 2
        case sharedObject = 3
    }

    package var kind: Kind
    /// 32 or 64.
    package var bits: UInt8
    package var isLittleEndian: Bool
    /// `e_machine`, such as 62 for x86-64 and 183 for AArch64.
    package var machine: UInt16
    /// `e_flags`: tells the float ABIs of ARM and RISC-V apart.
    package var flags: UInt32
    /// `DT_SONAME`.
    package var soname: String?
    /// `DT_NEEDED`, in order.
    package var needed: [String]
    /// `PT_INTERP`.
    package var interpreter: String?

    package init(
        kind: Kind, bits: UInt8, isLittleEndian: Bool, machine: UInt16, flags: UInt32, soname: String?,
        needed: [String], interpreter: String?
    ) {
        self.kind = kind
        self.bits = bits
        self.isLittleEndian = isLittleEndian
        self.machine = machine
        self.flags = flags
        self.soname = soname
        self.needed = needed
        self.interpreter = interpreter
    }
}
