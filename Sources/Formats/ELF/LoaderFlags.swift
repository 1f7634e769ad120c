// SPDX-License-Identifier: Apache-2.0

extension LoaderCache {
    /// What the cache says of a library's architecture and float ABI; nil when it is none that glibc loads.
    ///
    /// The numbers are `FLAG_*` of glibc's `ldconfig.h`; 3 means "ELF for glibc 2".
    package static func flags(of object: ELFSummary) -> UInt32? {
        guard object.kind == .sharedObject else { return nil }
        guard let architecture = architecture(of: object) else { return nil }
        return 0x0003 | architecture
    }

    private static func architecture(of object: ELFSummary) -> UInt32? {
        let is64 = object.bits == 64
        switch object.machine {
        case 3: return is64 ? nil : 0
        case 8: return mips(object)
        case 20: return is64 ? nil : 0
        case 21: return is64 ? 0x0500 : nil
        case 22: return is64 ? 0x0400 : 0
        case 40: return is64 ? nil : arm(object.flags)
        case 62: return is64 ? 0x0300 : 0x0800
        case 183: return is64 ? 0x0a00 : nil
        case 243: return is64 ? [0: 0x0f00, 4: 0x1000][object.flags & 6] : nil
        case 258: return is64 ? [1: 0x1100, 3: 0x1200][object.flags & 7] : nil
        default: return nil
        }
    }

    /// Objects of the fifth ABI that name no float ABI work with every one.
    private static func arm(_ flags: UInt32) -> UInt32 {
        guard flags & 0xff00_0000 == 0x0500_0000 else { return 0 }
        return flags & 0x400 != 0 ? 0x0900 : flags & 0x200 != 0 ? 0x0b00 : 0
    }

    /// o32, n32 and n64, each with the old and the 2008 coding of NaN.
    private static func mips(_ object: ELFSummary) -> UInt32 {
        let isNew = object.flags & 0x400 != 0
        if object.bits == 64 { return isNew ? 0x0e00 : 0x0700 }
        if object.flags & 0x20 != 0 { return isNew ? 0x0d00 : 0x0600 }
        return isNew ? 0x0c00 : 0
    }
}
