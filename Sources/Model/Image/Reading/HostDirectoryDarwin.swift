// SPDX-License-Identifier: Apache-2.0
#if canImport(Darwin)
    import Darwin

    /// Times and device numbers as Darwin has them.
    extension HostFile {
        static func modified(_ facts: stat) -> Int64 { Int64(facts.st_mtimespec.tv_sec) }

        static func deviceNumber(_ major: UInt32, _ minor: UInt32) -> dev_t {
            dev_t(bitPattern: (major << 24) | (minor & 0xff_ffff))
        }

        static func deviceMajor(_ device: dev_t) -> UInt32 { UInt32(truncatingIfNeeded: device >> 24) & 0xff }
        static func deviceMinor(_ device: dev_t) -> UInt32 { UInt32(truncatingIfNeeded: device) & 0xff_ffff }
    }
#endif
