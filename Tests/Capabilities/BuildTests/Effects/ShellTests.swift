// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PlinthBuild

/// Notes every call; files under `/there` exist.
private struct NotingHost: ShellHost {
    var mask: UInt16 = 0o022
    var actor: (user: UInt32, group: UInt32) = (0, 0)
    var notes: [String] = []

    mutating func run(_ call: ShellCall) -> ShellOutcome {
        let words = [call.name] + call.arguments.map { $0 ?? "?" }
        let input = call.input.map { " <\($0.split(separator: "\n").joined(separator: "|"))>" } ?? ""
        notes.append((call.isCertain ? "" : "perhaps ") + words.joined(separator: " ") + input)
        switch call.name {
        case "yes": return .done
        case "no": return .failed
        case "say": return ShellOutcome(status: true, output: "one two\n")
        default: return .unknown
        }
    }

    func test(_ operation: String, _ path: String) -> Bool? { path.hasPrefix("/there") }
    mutating func become(_ user: String) -> Bool { user == "postgres" }
    func script(_ path: String) -> [UInt8]? { path == "/lib.sh" ? Array("helper() { act helped; }".utf8) : nil }
    func knows(_ program: String) -> Bool { program != "/script" }
    func program(_ name: String) -> [UInt8]? {
        name == "/script" ? Array("#!/bin/sh\nact $1 <<E\ntext\nE\nexit 1".utf8) : nil
    }
    func expand(_ pattern: String) -> [String?]? { pattern == "/p/*" ? ["/p/a", "/p/b c"] : nil }
    func answer(_ question: String) -> String? { question == "known" ? "true" : nil }

    mutating func write(_ path: String, _ content: String?, appends: Bool, isCertain: Bool) {
        let text = content.map { $0.split(separator: "\n").joined(separator: "|") } ?? "?"
        notes.append("\(isCertain ? "" : "perhaps ")\(path) \(appends ? ">>" : ">") \(text)")
    }
}

@Suite struct ShellTests {
    private func notes(_ script: String, _ arguments: [String] = ["configure", ""]) throws -> [String] {
        let parsed = try ShellParser.parse(Array(script.utf8))
        var evaluator = ShellEvaluator(host: NotingHost(), variables: ["KNOWN": "k"], arguments: arguments)
        evaluator.run(parsed)
        return evaluator.host.notes
    }

    @Test(arguments: [
        ("act a b", ["act a b"]), ("act 'a b' \"c $KNOWN\" d\\ e", ["act a b c k d e"]),
        ("act \\\n  b # c", ["act b"]), ("a; b & c\nd", ["a", "b", "c", "d"]), ("x=1 y=$x; act $y${x}", ["act 11"]),
        ("act \"$1\" \"$2\" $2 $#", ["act configure  2"]), ("act \"$@\"", ["act configure "]),
        ("act ${none:-d} ${KNOWN:-d} ${none-d} ${KNOWN:+p} \"${none:+p}\"", ["act d k d p "]),
        ("f=/a/b.c; act ${f##*/} ${f%.*} ${f%%/*} ${f#/a}", ["act b.c /a/b /b.c"]),
        ("act $(say) \"$(say)\" `say`", ["say", "say", "say", "act one two one two one two"]),
        ("act $(ask)", ["ask", "act ?"]), ("act $((1+2))", ["act ?"]), ("act *.c [ab] [", ["act ? ? ["]),
        ("p=/p; for f in $p/*; do act \"$f\"; done; act '/p/*'", ["act /p/a", "act /p/b c", "act /p/*"]),
        (": | while read a; do act; done; while read a; do act $a; done < /lib.sh", ["act helper() { act helped; }"]),
        ("l='a b'; for x in $l c; do act $x; done", ["act a", "act b", "act c"]),
        ("f() { act in $1 $#; return 1; act not; }; f z || act after", ["act in z 1", "act after"]),
        ("act <<E\nx $KNOWN\nE\nb", ["act <x k>", "b"]), ("act <<-'E'\n\tx $KNOWN\n\tE", ["act <x $KNOWN>"]),
        ("echo a b > /f; echo -n c >> /f; act > /g 2>/dev/null", ["/f > a b", "/f >> c", "act", "/g > ?"]),
        ("cat > /f <<E\nx\ny\nE", ["/f > x|y"]), ("printf '%s\\n' a | act", ["act <a>"]),
        ("set -- a b; shift; act $1 $#", ["act b 1"]), ("eval 'x=2; act $x'", ["act 2"]),
        (". /lib.sh; helper; . /usr/share/debconf/confmodule", ["act helped"]),
        ("{ a; b; } > /f", ["a", "b", "/f > ?"]), ("(cd /; x=1); act [$x]", ["act []"]),
        ("exit 0\nact", []), ("/script a || act b", ["act a <text>", "act b"]),
        ("act <<E\none\nE\neval 'act <<F\ntwo\nF\n'", ["act <one>", "act <two>"]),
        ("while read a b; do act $b $a; done <<E\n1 2\n3 4 5\nE", ["act 2 1", "act 4 5 3"]),
        ("say | while read a b; do act $b; done", ["say", "act two"]),
        ("db_get known; act $RET; db_get other; act $RET", ["act true", "act ?"]),
        ("for i in 1 2 3; do [ $i = 2 ] && continue; act $i; [ $i = 3 ] && break; done", ["act 1", "act 3"]),
    ])
    func follows(_ script: String, _ expected: [String]) throws {
        #expect(try notes(script) == expected)
    }

    @Test(arguments: [
        ("if [ \"$1\" = configure ]; then a; else b; fi", ["a"]), ("if [ -n \"$2\" ]; then a; fi", []),
        ("if [ -e /there/x ] && ! [ -d /else ]; then a; fi", ["a"]),
        ("test -z \"$2\" -a \"$1\" = configure && a", ["a"]),
        ("if ask; then a; elif yes; then b; else c; fi", ["ask", "perhaps a", "perhaps yes", "perhaps b"]),
        ("if no || yes; then a; fi", ["no", "yes", "a"]), ("ask || true; a", ["ask", "a"]),
        ("ask && x=1; act \"$x\"", ["ask", "act ?"]), ("if ask; then exit 0; fi; a", ["ask", "a"]),
        ("case \"$1\" in configure|x) a;; *) b;; esac", ["a"]), ("case $1 in (con*) a ;; esac", ["a"]),
        ("case \"$(ask)\" in a) b;; esac", ["ask", "perhaps b"]), ("case x in [!a-w]) a;; esac", ["a"]),
        ("case '*' in \\*) a;; esac; case y in '*') b;; esac", ["a"]),
        ("[ 3 -gt 2 ] && a; [ 1 -ge 2 ] || b", ["a", "b"]),
        ("! no && a", ["no", "a"]), ("while ask; do a; done", ["ask", "perhaps a"]),
        ("if [ \"$UNSET\" ]; then a; else b; fi", ["b"]),
        ("su -s /bin/sh postgres -c 'act in' || b", ["act in", "perhaps b"]),
    ])
    func decides(_ script: String, _ expected: [String]) throws {
        #expect(try notes(script) == expected)
    }

    @Test(arguments: [
        "if x; then", "case x in", "'", "\"", "$(", "`", "${x", "a )", "(a", "f() {", "a <<", "a >", ";;", "x | | y",
        "&& a", "for in; do", "$((1",
    ])
    func refuses(_ script: String) {
        #expect(throws: ShellFault.self) { try ShellParser.parse(Array(script.utf8)) }
    }

    @Test func boundsNesting() {
        for piece in ["$(", "${a:-", "(", "{ ", "if ", "! ", "f() ", "\"$("] {
            let script = String(repeating: piece, count: 50_000)
            #expect(throws: ShellFault.self) { try ShellParser.parse(Array(script.utf8)) }
        }
    }

    @Test(arguments: [
        "while true; do :; done", "f() { f; f; }; f", "for a in 1 2 3 4 5 6 7 8 9; do eval \"$x\"; x=\"f $x\"; done; f",
        "x=aaaaaaaa; while :; do x=$x$x; done", "set -- a b c d; while :; do set -- \"$@\" \"$@\"; done",
        "f() { f \"$@\" \"$@\"; }; f a b",
        "eval_it() { eval \"eval_it; eval_it\"; }; eval_it",
    ])
    func endsAlways(_ script: String) throws {
        _ = try notes(script)
    }

    /// Whatever is changed in a script, reading and following it ends.
    @Test func survivesMutations() throws {
        let whole = Array(Self.sample.utf8)
        var random = SeededGenerator(state: 7)
        for _ in 0..<600 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = Array("$(){}`'\"\\;&|<>\n #*[]!".utf8).randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes.randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let parsed = try? ShellParser.parse(bytes) else { continue }
            var evaluator = ShellEvaluator(host: NotingHost(), variables: [:], arguments: ["configure", ""])
            evaluator.run(parsed)
        }
    }

    private static let sample = """
        #!/bin/sh
        set -e
        . /lib.sh
        get() { [ -f "$DPKG_ROOT$1" ] || return 1; cat "$1" | cut -d: -f"${2:-1}"; }
        case "$1" in
            configure|reconfigure)
                if ! getent passwd redis >/dev/null 2>&1; then
                    adduser --system --home "/var/lib/${NAME:-redis}" \\
                        --quiet redis || true
                fi
                for x in a "b c" $(get /etc/x 2); do mkdir -p "/srv/$x"; done
                cat > /etc/conf <<EOF
        dir ${DIR%/*}
        EOF
            ;;
            *) echo "unknown \\`$1'" >&2; exit 1 ;;
        esac
        exit 0
        """
}
