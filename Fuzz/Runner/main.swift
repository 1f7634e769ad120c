// SPDX-License-Identifier: Apache-2.0
import PlinthFuzz
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's loop, for a program that has a main of its own.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The name that libFuzzer's own main asks for.
@_cdecl("LLVMFuzzerTestOneInput")
func tryOne(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.withLock { $0 }.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

// fuzz TARGET [libFuzzer's options] [corpus]…
let chosen = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init(rawValue:))
guard let chosen else {
    print("usage: fuzz TARGET [option]… [corpus]…\n" + FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))
    exit(64)
}
FuzzTarget.chosen.withLock { $0 = chosen }
// libFuzzer reads the arguments after the program's name: the target's name goes.
var arguments = CommandLine.unsafeArgv + 1
var count = CommandLine.argc - 1
exit(runDriver(&count, &arguments, tryOne))
