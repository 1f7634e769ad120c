// SPDX-License-Identifier: Apache-2.0
import PlinthCore
import PlinthImage

/// Programs of the distribution whose work is known.
extension SetupHost {
    mutating func systemCommand(_ call: ShellCall) -> ShellOutcome? {
        let words = call.arguments.compactMap { $0 }
        switch call.name {
        case let name where context.declared.contains { $0.standsIn == name }: break
        case "shadowconfig":
            accounts.hasShadow = accounts.hasShadow || words == ["on"]
            makeLock()
        case "systemd-sysusers":
            for name in words where name.hasSuffix(".conf") { applySysusers(name) }
        case "systemd-tmpfiles":
            for name in words where name.hasSuffix(".conf") { applyTmpfiles(name) }
        case "update-shells": LoginShells.update(&tree, &edit)
        case "add-shell":
            for shell in words { LoginShells.add(shell, &tree, &edit) }
        case "remove-shell": break
        case "busybox", "busybox-extras":
            if words.first == "--install" {
                BusyBoxLinks.install(call.name, &tree, &edit)
            } else if let name = words.first, !name.hasPrefix("-") {
                var applet = call
                applet.name = name
                applet.arguments.removeFirst()
                return run(applet)
            }
        case "bbsuid" where words == ["--install"]: BusyBoxLinks.installPrivileged(&tree, &edit)
        case "pam-auth-update": AuthenticationStack.update(&tree, &edit)
        case "setcap" where words.first == "-r": break
        case "setcap":
            guard call.isCertain, words.count == 2, setCapability(words[0], words[1]) else {
                leave(call)
                return .unknown
            }
        default: return nil
        }
        return .done
    }

    private mutating func makeLock() {
        guard context.isWholeSystem else { return }
        edit.write(TreePath("etc/.pwd.lock"), [], mode: 0o600, in: &tree)
    }

    mutating func applySysusers(_ name: String) {
        let file = TreePath("usr/lib/sysusers.d").appending(name)
        guard !name.contains("/"), let content = try? tree.contents(file) else { return }
        SysusersFile(content).apply(to: &accounts)
    }

    private mutating func applyTmpfiles(_ name: String) {
        let file = TreePath("usr/lib/tmpfiles.d").appending(name)
        guard !name.contains("/"), let content = try? tree.contents(file) else { return }
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            applyTmpfile(line.split { $0 == " " || $0 == "\t" }.map(String.init))
        }
    }

    /// One line of tmpfiles.d(5): directories, links and empty files; what is mounted over is left out.
    private mutating func applyTmpfile(_ fields: [String]) {
        guard fields.count >= 2, !fields[1].contains(where: { "%*?[".contains($0) }), let path = place(fields[1]),
            let kind = fields[0].first, !fields[0].contains(where: { "!^".contains($0) })
        else { return }
        // systemd's own directories are for a system that it has started.
        if package.name == "systemd", path.isInside(TreePath("run")) { return }
        func field(_ index: Int) -> String? {
            guard fields.count > index, fields[index] != "-" else { return nil }
            return String(fields[index].drop { $0 == "~" || $0 == ":" })
        }
        let mode = field(2).flatMap { UInt16($0, radix: 8) }
        guard let user = owner(field(3) ?? "0"), let group = groupNumber(field(4) ?? "0") else { return }
        switch kind {
        case "d", "D", "v", "q", "Q":
            edit.directory(path, mode: mode ?? 0o755, user: user, group: group, in: &tree)
            edit.permissions(path, mode: mode, user: user, group: group, in: &tree)
        case "z", "m": edit.permissions(path, mode: mode, user: user, group: group, in: &tree)
        case "f" where tree.resolve(path) == nil:
            let text = fields.count > 6 ? fields[6...].joined(separator: " ") : ""
            edit.write(path, Array(text.utf8), mode: mode ?? 0o644, user: user, group: group, in: &tree)
        case "L" where tree[tree.placeOfEntry(path)] == nil:
            guard let target = field(6) else { return }
            edit.link(path, to: target, in: &tree)
        default: return
        }
    }

    /// Writes `security.capability` as the kernel has it: version 2, permitted and inheritable sets, effective bit.
    private mutating func setCapability(_ text: String, _ path: String) -> Bool {
        guard let place = place(path).flatMap({ tree.resolve($0) }), var node = tree[place], node.isFile,
            let mark = text.firstIndex(where: { "=+".contains($0) })
        else { return false }
        var bits: UInt64 = 0
        for name in text[..<mark].split(separator: ",") {
            guard let number = Self.capabilities.firstIndex(of: String(name)) else { return false }
            bits |= 1 << UInt64(number)
        }
        let sets = text[text.index(after: mark)...]
        guard sets.allSatisfy({ "eip".contains($0) }) else { return false }
        let permitted = sets.contains("p") ? bits : 0
        let inheritable = sets.contains("i") ? bits : 0
        var value: [UInt8] = [sets.contains("e") ? 1 : 0, 0, 0, 2]
        for word in [permitted, inheritable, permitted >> 32, inheritable >> 32] {
            for shift in stride(from: UInt64(0), to: 32, by: 8) { value.append(UInt8(word >> shift & 0xff)) }
        }
        node.attributes["security.capability"] = value
        tree[place] = node
        edit.permissions(place, mode: node.mode, in: &tree)
        return true
    }

    /// In the kernel's order (capability.h).
    private static let capabilities = [
        "cap_chown", "cap_dac_override", "cap_dac_read_search", "cap_fowner", "cap_fsetid", "cap_kill", "cap_setgid",
        "cap_setuid", "cap_setpcap", "cap_linux_immutable", "cap_net_bind_service", "cap_net_broadcast",
        "cap_net_admin", "cap_net_raw", "cap_ipc_lock", "cap_ipc_owner", "cap_sys_module", "cap_sys_rawio",
        "cap_sys_chroot", "cap_sys_ptrace", "cap_sys_pacct", "cap_sys_admin", "cap_sys_boot", "cap_sys_nice",
        "cap_sys_resource", "cap_sys_time", "cap_sys_tty_config", "cap_mknod", "cap_lease", "cap_audit_write",
        "cap_audit_control", "cap_setfcap", "cap_mac_override", "cap_mac_admin", "cap_syslog", "cap_wake_alarm",
        "cap_block_suspend", "cap_audit_read", "cap_perfmon", "cap_bpf", "cap_checkpoint_restore",
    ]
}
