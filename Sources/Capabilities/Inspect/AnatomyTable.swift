// SPDX-License-Identifier: Apache-2.0

/// Which paths serve which purpose, most specific first. Paths are in the form of `AnatomyPath`.
enum AnatomyTable {
    struct Rule: Sendable {
        let purpose: (name: String, why: String)
        let patterns: [String]
        /// It takes what no other wanted, by the kind of folder alone.
        var isGeneral = false
    }

    struct Numbered: Sendable {
        let pattern: AnatomyPattern
        let number: Int
    }

    private static let application = (name: "application", why: "what the image is for, and the rest")

    private static func rule(_ name: String, _ why: String, _ patterns: String...) -> Rule {
        Rule(purpose: (name, why), patterns: patterns)
    }

    private static func general(_ name: String, _ why: String, _ patterns: String...) -> Rule {
        Rule(purpose: (name, why), patterns: patterns, isGeneral: true)
    }

    static let rules: [Rule] = [
        rule("BusyBox", "many small commands in one program", "bin/busybox*"),
        rule("package lists", "fetched anew when wanted", "var/lib/apt/lists/", "var/lib/dnf/repos/"),
        rule(
            "package database", "what is installed; scanners read it", "var/lib/dpkg/", "var/lib/rpm/",
            "lib/sysimage/", "lib/apk/", "var/lib/pacman/", "var/lib/apt/", "var/lib/dnf/", "var/lib/yum/"),
        rule(
            "cracklib", "words that passwords must not be", "share/cracklib/", "var/cache/cracklib/", "lib/libcrack.so*"
        ),
        rule("caches", "made anew when wanted", "var/cache/", "root/.cache/", "home/*/.cache/", "tmp/", "var/tmp/"),
        rule("logs", "of the build, mostly", "var/log/"),
        rule(
            "certificates", "authorities that programs trust", "etc/ssl/", "etc/ssl1.1/", "etc/pki/",
            "share/ca-certificates/",
            "share/pki/", "etc/ca-certificates/", "etc/ca-certificates.conf", "lib/ssl/", "var/lib/ca-certificates/"),
        rule(
            "documentation", "for people", "share/doc/", "share/man/", "share/info/", "share/licenses/",
            "share/gtk-doc/", "share/doc-base/", "share/lintian/", "share/groff/", "share/help/", "man/"),
        rule("gconv", "converters between character sets", "lib/gconv/"),
        rule("locale sources", "from which locales are made", "share/i18n/"),
        rule(
            "locales", "languages and their formats", "share/locale/", "lib/locale/", "share/X11/locale/",
            "share/locale-langpack/"),
        rule("time zones", "rules of local time", "share/zoneinfo/", "etc/localtime", "share/zoneinfo-icu/"),
        rule(
            "MIME data", "tell file types apart", "share/mime/", "share/misc/magic*", "share/misc/magic/",
            "lib/file/", "share/file/", "etc/mime.types", "share/mime-info/"),
        rule(
            "terminal data", "what terminals can do", "share/terminfo/", "lib/terminfo/", "etc/terminfo/",
            "share/tabset/"),
        rule("firmware", "for hardware, which containers lack", "lib/firmware/"),
        rule("kernel", "containers use the host's", "lib/modules/", "boot/", "etc/modprobe.d/", "lib/modprobe.d/"),
        rule(
            "systemd", "starts services; containers rarely do", "lib/systemd/", "etc/systemd/", "bin/systemd*",
            "bin/systemctl", "bin/journalctl", "bin/loginctl", "bin/timedatectl", "bin/localectl", "bin/hostnamectl",
            "bin/busctl", "bin/networkctl", "bin/resolvectl", "bin/bootctl", "bin/homectl", "bin/machinectl",
            "bin/coredumpctl", "bin/portablectl", "bin/userdbctl", "bin/oomctl", "bin/varlinkctl", "lib/libsystemd*",
            "share/systemd/", "lib/tmpfiles.d/", "lib/sysusers.d/", "lib/sysctl.d/",
            "share/polkit-1/", "lib/environment.d/", "lib/kernel/"),
        rule("udev", "names devices; containers have few", "lib/udev/", "etc/udev/", "bin/udevadm", "lib/libudev*"),
        rule(
            "D-Bus", "messages between services", "share/dbus-1/", "etc/dbus-1/", "bin/dbus-*", "lib/libdbus-*",
            "libexec/dbus-*", "lib/dbus-1.0/"),
        rule(
            "Python", "the language and its modules", "lib/python*/", "bin/python*", "lib/libpython*", "bin/pydoc*",
            "share/python*/", "include/python*/", "bin/pip", "bin/pip3*", "lib/pypy*/", "etc/python*/"),
        rule(
            "Perl", "the language and its modules", "lib/perl*/", "share/perl*/", "bin/perl*", "lib/libperl*",
            "share/perl/", "etc/perl/", "bin/cpan*"),
        rule(
            "Ruby", "the language and its modules", "lib/ruby/", "bin/ruby*", "lib/libruby*", "share/ruby*/",
            "share/rubygems-integration/", "var/lib/gems/", "bin/gem*", "bin/irb*"),
        rule(
            "Node.js", "the language and its modules", "bin/node", "bin/nodejs", "lib/node_modules/", "lib/libnode.so*",
            "share/nodejs/", "share/node_modules/", "include/node/"),
        rule(
            "Java", "the language and its modules", "lib/jvm/", "opt/java/", "share/java/", "etc/java*/",
            "opt/openjdk*/"),
        rule(
            "PHP", "the language and its modules", "lib/php/", "lib/php*/", "bin/php*", "share/php/", "share/php*/",
            "etc/php/",
            "etc/php*/", "lib/libphp*"),
        rule(
            "Tcl", "the language and its modules", "share/tcltk/", "lib/tcl*/", "lib/libtcl*", "lib/libtk*", "lib/tk*/"),
        rule("Lua", "the language and its modules", "share/lua/", "lib/lua/", "lib/liblua*", "bin/lua*"),
        rule(
            "Go", "the language", "go/src/", "go/pkg/", "go/bin/go", "go/bin/gofmt", "go/lib/", "go/test/", "go/api/",
            "lib/go*/", "share/go*/"),
        rule(
            "compilers", "turn sources into programs", "lib/gcc/", "libexec/gcc/", "lib/llvm*/", "lib/libLLVM*",
            "lib/clang/", "bin/*gcc*", "bin/*g++*", "bin/*-ld*", "lib/bfd-plugins/", "lib/libbfd*", "lib/libopcodes*",
            "lib/ldscripts/"),
        rule(
            "headers", "for compiling against libraries", "include/", "lib/pkgconfig/", "share/pkgconfig/",
            "lib/cmake/",
            "share/cmake*/", "share/aclocal*/", "lib/*.a", "lib/*.la", "lib/*.o"),
        rule(
            "package manager", "adds and removes packages", "bin/apt*", "lib/apt/", "lib/libapt-*", "etc/apt/",
            "share/apt/", "bin/dpkg*",
            "lib/dpkg/", "share/dpkg/", "share/debconf/", "bin/apk", "lib/libapk*",
            "etc/apk/", "share/apk/", "bin/rpm*", "lib/rpm/", "lib/librpm*", "bin/dnf*", "bin/yum*", "bin/microdnf",
            "bin/tdnf", "lib/libdnf*", "lib/libsolv*", "lib/libzypp*", "lib/librepo*", "etc/dnf/", "etc/yum*/",
            "etc/yum.repos.d/", "etc/rpm/", "etc/dpkg/", "etc/zypp/", "bin/zypper", "share/keyrings/",
            "lib/dnf-plugins/",
            "share/debianutils/", "bin/gpgv", "libexec/dnf*", "bin/deb-systemd*"),
        rule("Git", "keeps versions of sources", "lib/git-core/", "libexec/git-core/", "bin/git*", "share/git-core/"),
        rule(
            "Unicode data", "letters of all languages", "lib/libicudata.so*", "share/icu/", "share/unicode/",
            "lib/libunistring.so*"),
        rule(
            "shell completion", "for typing", "share/bash-completion/", "share/zsh/", "share/fish/",
            "etc/bash_completion.d/"),
        rule(
            "fonts and icons", "for screens", "share/fonts/", "share/icons/", "share/pixmaps/", "share/themes/",
            "share/fontconfig/", "share/applications/"),
        rule(
            "C library", "every dynamic program loads it", "lib/libc.so*", "lib/libc-*", "lib/ld-*", "lib/libm.so*",
            "lib/libm-*", "lib/libmvec*", "lib/libpthread*", "lib/libdl.so*", "lib/libdl-*", "lib/librt.so*",
            "lib/librt-*", "lib/libresolv*", "lib/libnss_*", "lib/libnsl*", "lib/libutil.so*", "lib/libutil-*",
            "lib/libanl*", "lib/libBrokenLocale*", "lib/libthread_db*", "lib/libmemusage*", "lib/libpcprofile*",
            "lib/libc.musl-*", "lib/libuClibc*", "lib/ld64-*", "lib/libc_malloc_debug*", "lib/libSegFault*",
            "lib/glibc-hwcaps/", "bin/ldconfig*", "bin/getconf", "bin/ldd", "bin/localedef", "bin/iconv*",
            "libexec/getconf/", "etc/ld.so.c*", "lib/audit/"),
        rule("C++ library", "every C++ program loads it", "lib/libstdc++*", "lib/libgcc_s*"),
        rule(
            "PAM", "checks who logs in", "lib/security/", "lib/libpam*", "etc/pam.d/", "share/pam*/", "etc/security/",
            "lib/pam.d/"),
        rule(
            "cryptography", "encryption and signatures", "lib/libcrypto*", "lib/libssl*", "lib/libgnutls*",
            "lib/libgcrypt*", "lib/libnettle*", "lib/libhogweed*", "lib/ossl-modules/", "lib/engines*/",
            "bin/openssl", "lib/libnss3*", "lib/libmbed*", "lib/libp11-kit*", "lib/libk*rb5*", "lib/libkrb5*"),
        general("programs", "commands of packages", "bin/*", "bin/*/", "libexec/"),
        general("shared libraries", "of packages", "lib/*.so", "lib/*.so.*"),
        general("library files", "modules and data that programs load", "lib/"),
        general("configuration", "settings of the system", "etc/"),
        general("data", "of packages", "share/"),
    ]

    /// The last number is the application's.
    static func purpose(_ number: Int) -> (name: String, why: String) {
        number < rules.count ? rules[number].purpose : application
    }

    /// The first rule that goes by the kind of folder alone.
    static let firstGeneral = rules.firstIndex { $0.isGeneral } ?? rules.count

    /// Patterns below `lib`, without it.
    static let libraryRules = numbered { $0.hasPrefix("lib/") ? String($0.dropFirst(4)) : nil }
    static let otherRules = numbered { $0.hasPrefix("lib/") ? nil : $0 }

    private static func numbered(_ form: (String) -> String?) -> [Numbered] {
        rules.enumerated().flatMap { number, rule in
            rule.patterns.compactMap { form($0).map { Numbered(pattern: AnatomyPattern($0), number: number) } }
        }
    }
}
