// SPDX-License-Identifier: Apache-2.0
package import PlinthOCI

extension OCIPlatform {
    /// The platform that is meant where nobody names one.
    package static let ofThisMachine =
        DebianArchitecture.ofThisMachine?.platform ?? OCIPlatform(architecture: "unknown")
}

extension DebianArchitecture {
    /// The processor that this program was compiled for; nil when Debian has no packages for it.
    package static let ofThisMachine = DebianArchitecture(debian: compiled)

    #if arch(x86_64)
        private static let compiled = "amd64"
    #elseif arch(arm64)
        private static let compiled = "arm64"
    #elseif arch(arm)
        private static let compiled = "armhf"
    #elseif arch(i386)
        private static let compiled = "i386"
    #elseif arch(powerpc64le)
        private static let compiled = "ppc64el"
    #elseif arch(riscv64)
        private static let compiled = "riscv64"
    #elseif arch(s390x)
        private static let compiled = "s390x"
    #else
        private static let compiled = ""
    #endif
}
