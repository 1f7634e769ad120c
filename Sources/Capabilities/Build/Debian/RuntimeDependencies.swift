// SPDX-License-Identifier: Apache-2.0

/// Packages that others ask for only because their maintainer scripts use them.
///
/// With `--dependencies runtime` they count as present, as long as nobody named them and nothing in the
/// image is known to need them when it runs. This is data: add a line with a reason one can check.
struct RuntimeDependency: Sendable {
    let name: String
    let reason: String
    /// Packages that do use it when they run: if one of them is in the image, so is this.
    var neededBy: Set<String> = []
    /// When given, only these packages' wish is left out.
    var onlyFor: Set<String> = []

    static let all: [RuntimeDependency] = [
        .init(name: "init-system-helpers", reason: "starts and stops services when packages are installed"),
        .init(name: "lsb-base", reason: "functions of init scripts, which no container runs"),
        .init(
            name: "sysvinit-utils", reason: "functions of init scripts, which no container runs",
            neededBy: ["bootlogd", "initscripts", "sysv-rc", "sysvinit-core"]),
        .init(name: "runit-helper", reason: "sets up services for runit"),
        .init(name: "adduser", reason: "Plinth makes the accounts that scripts would make"),
        .init(
            name: "passwd", reason: "Plinth makes the accounts that scripts would make",
            // `adduser` is a front end of `useradd`; Samba changes passwords with `passwd`.
            neededBy: ["adduser", "login", "samba", "sudo", "user-setup"]),
        .init(name: "systemd-sysusers", reason: "Plinth makes the accounts that scripts would make"),
        .init(name: "systemd-standalone-sysusers", reason: "Plinth makes the accounts that scripts would make"),
        .init(name: "opensysusers", reason: "Plinth makes the accounts that scripts would make"),
        .init(name: "base-passwd", reason: "Plinth makes the accounts that scripts would make"),
        .init(name: "systemd-tmpfiles", reason: "makes directories at installation"),
        .init(name: "systemd-standalone-tmpfiles", reason: "makes directories at installation"),
        .init(
            name: "debconf", reason: "asks questions at installation",
            // `apt-listchanges`, `make-ssl-cert` and `ucf` talk to it whenever they run.
            neededBy: ["apt-listchanges", "apt-utils", "debconf-utils", "ssl-cert", "tasksel", "ucf"]),
        .init(name: "debconf-2.0", reason: "asks questions at installation"),
        .init(name: "cdebconf", reason: "asks questions at installation"),
        .init(name: "ucf", reason: "compares configuration files at upgrades"),
        .init(name: "sensible-utils", reason: "chooses an editor for ucf", onlyFor: ["ucf"]),
        .init(
            name: "dpkg", reason: "helpers of maintainer scripts",
            neededBy: [
                "apt", "apt-build", "apt-cacher-ng", "apt-utils", "apticron", "aptitude", "debhelper", "debsums",
                "dpkg-dev", "dpkg-repack", "dpkg-www", "libapt-pkg6.0", "libapt-pkg7.0", "libdpkg-perl", "lintian",
                "needrestart", "popularity-contest",
            ]),
        .init(name: "usrmerge", reason: "Plinth merges /usr itself"),
        .init(name: "usr-is-merged", reason: "Plinth merges /usr itself"),
        .init(name: "awk", reason: "used by the script of base-files", onlyFor: ["base-files"]),
        .init(name: "openssl", reason: "makes the hash links that Plinth makes", onlyFor: ["ca-certificates"]),
        .init(name: "install-info", reason: "keeps the index of info pages"),
        .init(name: "update-inetd", reason: "edits inetd's configuration at installation"),
        .init(name: "logrotate", reason: "rotates log files that a container does not keep"),
        // Back In Time and Timeshift write crontabs when they run.
        .init(name: "cron", reason: "runs jobs that no container's init starts", neededBy: ["backintime-common"]),
        .init(name: "cron-daemon", reason: "runs jobs that no container's init starts", neededBy: ["timeshift"]),
        .init(name: "ssl-cert", reason: "makes a self-signed certificate at installation"),
        .init(name: "iproute2", reason: "tells nginx's script whether port 80 is free", onlyFor: ["nginx"]),
        .init(
            name: "util-linux", reason: "tells Java's script whether /proc is mounted",
            onlyFor: Set([8, 11, 17, 19, 20, 21, 22, 23, 24, 25, 26].map { "openjdk-\($0)-jre-headless" })),
    ]
}
