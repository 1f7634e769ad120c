// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthFetch
import PlinthKit
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says on standard error what is being downloaded: one line that is rewritten on a terminal, else a line for each
/// finished download. Steps that touch no network say nothing.
final class ProgressMeter: ProgressSink {
    private struct State {
        var received: [String: Int64] = [:]
        var finished: Int64 = 0
        var files = 0
        var began: ContinuousClock.Instant?
        var drawn: ContinuousClock.Instant?
        var isDirty = false
    }

    private let state = Mutex(State())
    private let isQuiet: Bool
    private let isTerminal: Bool

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        isTerminal = isatty(FileDescriptor.standardError.rawValue) == 1
    }

    func started(_ name: String, size: ByteCount?) {
        state.withLock { if $0.began == nil { $0.began = .now } }
    }

    func advanced(_ name: String, received: ByteCount) {
        guard !isQuiet, isTerminal else { return state.withLock { $0.received[name] = received.bytes } }
        let line: String? = state.withLock { state in
            state.received[name] = received.bytes
            if let drawn = state.drawn, drawn.duration(to: .now) < .milliseconds(100) { return nil }
            state.drawn = .now
            state.isDirty = true
            return "\r\u{1b}[K" + Self.clipped("fetching \(name)  " + Self.totals(state))
        }
        if let line { Self.write(line) }
    }

    func finished(_ name: String, isFromStore: Bool) {
        state.withLock { state in
            guard let bytes = state.received.removeValue(forKey: name), !isFromStore else { return }
            state.finished += bytes
            state.files += 1
        }
    }

    /// Wipes the line, and says how much was fetched, if anything.
    func clear() {
        let line: String? = state.withLock { state in
            let wipe = state.isDirty ? "\r\u{1b}[K" : ""
            return state.files == 0 ? (wipe.isEmpty ? nil : wipe) : wipe + "fetched \(Self.totals(state))\n"
        }
        if !isQuiet, let line { Self.write(line) }
    }

    private static func totals(_ state: State) -> String {
        let bytes = state.finished + state.received.values.reduce(0, +)
        let files = state.files == 1 ? "1 file" : "\(state.files) files"
        guard let began = state.began else { return files }
        let elapsed = began.duration(to: .now)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = seconds > 0.05 ? ", \(ByteCount(Int64(Double(bytes) / seconds)))/s" : ""
        return "\(files), \(ByteCount(bytes))\(rate)"
    }

    private static func clipped(_ text: String) -> String { String(text.prefix(79)) }

    private static func write(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(Array(text.utf8)) }
}
