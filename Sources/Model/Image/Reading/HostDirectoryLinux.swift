// SPDX-License-Identifier: Apache-2.0
#if os(Linux)
    #if canImport(Glibc)
        import Glibc
    #else
        import Musl
    #endif

    /// Times and device numbers as Linux has them.
    extension HostFile {
        static func modified(_ facts: stat) -> Int64 { Int64(facts.st_mtim.tv_sec) }

        /// As glibc and musl put the numbers together.
        static func deviceNumber(_ major: UInt32, _ minor: UInt32) -> dev_t {
            let high = (UInt64(major) & 0xfff) << 8 | (UInt64(major) & 0xffff_f000) << 32
            let low = (UInt64(minor) & 0xff) | (UInt64(minor) & 0xffff_ff00) << 12
            return dev_t(high | low)
        }

        static func deviceMajor(_ device: dev_t) -> UInt32 {
            UInt32(truncatingIfNeeded: device >> 8 & 0xfff | device >> 32 & 0xffff_f000)
        }

        static func deviceMinor(_ device: dev_t) -> UInt32 {
            UInt32(truncatingIfNeeded: device & 0xff | device >> 12 & 0xffff_ff00)
        }
    }
#endif
