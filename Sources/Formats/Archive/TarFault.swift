// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// What is wrong with a header, before the archive's name and the offset are known.
struct TarFault: Error {
    enum Code: String {
        case corrupt = "tar.corrupt"
        case unsupported = "tar.unsupported"
        case sparse = "tar.sparse"
        case tooLarge = "tar.tooLarge"
    }

    let code: Code
    let why: String

    static func corrupt(_ why: String) -> TarFault { TarFault(code: .corrupt, why: why) }
    static func unsupported(_ why: String) -> TarFault { TarFault(code: .unsupported, why: why) }
    static func sparse() -> TarFault { TarFault(code: .sparse, why: "the entry is a sparse file") }
    static func tooLarge(_ why: String) -> TarFault { TarFault(code: .tooLarge, why: why) }

    func problem(at place: String, header offset: Int64) -> Problem {
        let what =
            switch code {
            case .corrupt: "A tar header is damaged"
            case .unsupported: "A tar archive uses something that is not supported"
            case .sparse: "A tar archive holds a sparse file in a form that is not supported"
            case .tooLarge: "A tar header is unreasonably large"
            }
        let hints = code == .sparse ? ["make the archive without --sparse"] : []
        return Problem(code.rawValue, what, at: place, why: "\(why), header at byte \(offset)", hints: hints)
    }
}
