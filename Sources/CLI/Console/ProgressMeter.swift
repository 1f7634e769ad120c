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

/// Says on standard error what is being fetched or sent: one line that is rewritten on a terminal, and at the end how
/// much it was in all. Steps that touch no network say nothing.
final class ProgressMeter: ProgressSink {
    /// What moves one way.
    private struct Tally {
        var moving: [String: Int64] = [:]
        var finished: Int64 = 0
        var files = 0
        var began: ContinuousClock.Instant?
    }

    private struct State {
        var tallies: [Movement: Tally] = [:]
        /// What was begun last; the same name may be fetched and then sent.
        var movements: [String: Movement] = [:]
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

    func started(_ name: String, size: ByteCount?, _ movement: Movement) {
        state.withLock { state in
            state.movements[name] = movement
            if state.tallies[movement]?.began == nil { state.tallies[movement, default: Tally()].began = .now }
        }
    }

    func advanced(_ name: String, received: ByteCount) {
        let line: String? = state.withLock { state in
            let movement = state.movements[name] ?? .fetching
            state.tallies[movement, default: Tally()].moving[name] = received.bytes
            guard !isQuiet, isTerminal else { return nil }
            if let drawn = state.drawn, drawn.duration(to: .now) < .milliseconds(100) { return nil }
            state.drawn = .now
            state.isDirty = true
            let verb = movement == .sending ? "sending" : "fetching"
            return "\r\u{1b}[K" + Self.clipped("\(verb) \(name)  " + Self.totals(state.tallies[movement] ?? Tally()))
        }
        if let line { Self.write(line) }
    }

    func finished(_ name: String, isFromStore: Bool) {
        state.withLock { state in
            let movement = state.movements[name] ?? .fetching
            guard let bytes = state.tallies[movement]?.moving.removeValue(forKey: name), !isFromStore else { return }
            state.tallies[movement]?.finished += bytes
            state.tallies[movement]?.files += 1
        }
    }

    /// Wipes the line, and says how much was fetched and sent, if anything.
    func clear() {
        let text = state.withLock { state in
            let lines = [(Movement.fetching, "fetched"), (.sending, "sent")].compactMap { movement, verb in
                state.tallies[movement].flatMap { $0.files > 0 ? "\(verb) \(Self.totals($0))\n" : nil }
            }
            return (state.isDirty ? "\r\u{1b}[K" : "") + lines.joined()
        }
        if !isQuiet, !text.isEmpty { Self.write(text) }
    }

    private static func totals(_ tally: Tally) -> String {
        let bytes = tally.finished + tally.moving.values.reduce(0, +)
        let files = tally.files == 1 ? "1 file" : "\(tally.files) files"
        guard let began = tally.began else { return files }
        let elapsed = began.duration(to: .now)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = seconds > 0.05 ? ", \(ByteCount(Int64(Double(bytes) / seconds)))/s" : ""
        return "\(files), \(ByteCount(bytes))\(rate)"
    }

    private static func clipped(_ text: String) -> String { String(text.prefix(79)) }

    private static func write(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(Array(text.utf8)) }
}
