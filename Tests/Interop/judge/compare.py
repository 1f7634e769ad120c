# SPDX-License-Identifier: Apache-2.0
"""Three trees side by side: what the packages bring, what real set-up makes of it, and what Plinth makes."""

import re

from .tree import differences

# Times of files that are written anew differ in every root.
UNCOMPARED = ("modified",)
# A root of another architecture tells who owns what, and where links point; its files are others.
UNCOMPARED_ABROAD = ("modified", "content", "twins", "attributes")

# What Plinth may add to the packages' own paths: a pattern, and the category under which it is counted.
ADDED = (
    (r"etc/(passwd|group|shadow|gshadow|subuid|subgid|\.pwd\.lock)", "accounts"),
    (r"etc/ld\.so\.cache", "ld.so.cache"),
    (r"etc/ssl/certs/.*|etc/ca-certificates\.conf|etc/ssl/certs/java/cacerts", "certificates"),
    (r"etc/alternatives/.*|var/lib/dpkg/alternatives/.*", "alternatives"),
    (r"var/lib/dpkg/.*", "package database"),
    (r"etc/pam\.d/common-.*", "authentication stack"),
    (r"etc/apt/sources\.list\.d/.*", "sources of apt"),
    (r"etc/(nsswitch\.conf|shells|profile|motd|environment|localtime|timezone|ssh/sshd_config|sudoers)", "templates"),
    (r"var/lib/systemd/.*|etc/systemd/.*", "units switched on"),
    (r"etc/rc[0-9S]\.d/.*", "start links"),
    (r"run/.*", "directories of tmpfiles.d"),
)

# What only real set-up makes: a pattern, and why it is there.
REAL_ONLY = (
    (r"var/lib/dpkg/(.*-old|lock.*|info/format|triggers/Lock|available|cmethopt|diversions.*|statoverride.*)",
     "dpkg's locks, backups and empty lists"),
    (r"var/cache/debconf/.*", "debconf's answers"),
    (r"var/lib/systemd/deb-systemd-.*|etc/systemd/(system|user)/.*", "units switched on by deb-systemd-helper"),
    (r"etc/rc[0-9S]\.d/.*", "start links made by update-rc.d"),
    (r"var/lib/ucf/.*", "ucf's memory"),
    (r".*/__pycache__.*", "Python byte code"),
    (r"var/cache/man/.*|var/cache/man", "index of manual pages"),
    (r"var/cache/ldconfig.*", "ldconfig's own cache"),
    (r"var/log/.*", "logs"),
    (r"var/(lib|cache)/apt/.*", "apt's lists and archives"),
    (r"etc/apt/.*", "sources of apt"),
    (r"etc/ssl/(private/ssl-cert-snakeoil\.key|certs/ssl-cert-snakeoil\.pem|certs/[0-9a-f]{8}\.[0-9]+)",
     "a self-signed certificate made for this machine"),
    (r"etc/ssh/ssh_host_.*", "keys of this machine"),
    (r"etc/postgresql/.*|var/lib/postgresql/.*|etc/postgresql|etc/postgresql-common/.*", "a database cluster"),
    (r"usr/lib/locale/.*", "locale archive"),
    (r"var/cache/fontconfig.*|usr/share/fonts/.*\.uuid|usr/local/share/fonts.*", "font cache"),
    (r"etc/machine-id|var/lib/dbus.*", "identity of this machine"),
    (r"etc/(passwd|group|shadow|gshadow|subuid|subgid)-", "backups of account files"),
    (r"usr/share/info/dir.*", "index of info pages"),
    (r"etc/hostname|etc/resolv\.conf|dev/.*|etc/fstab|var/lib/dpkg/arch", "mmdebstrap's own"),
    (r"etc/apache2/.*-enabled/.*|var/lib/apache2/.*", "Apache's modules and sites, switched on by a2enmod and its kin"),
    (r"etc/php/.*/conf\.d/.*|var/lib/php/modules/.*", "PHP's extensions, switched on by phpenmod"),
    (r"etc/fonts/conf\.d/.*", "fontconfig's answers from debconf"),
    (r"etc/xml/.*|etc/sgml/.*|var/lib/(sgml-base|xml-core)/.*", "catalogues of SGML and XML"),
    (r"etc/postfix/.*|etc/aliases.*|etc/mailname", "mail set up for this machine's name"),
    (r"usr/lib/udev/hwdb\.bin|var/lib/systemd/catalog.*", "databases compiled by systemd"),
    (r"etc/locale\.(gen|conf)|etc/default/locale", "locale settings from debconf"),
    (r"etc/ssl/certs/java/.*", "Java's trust store"),
    (r"etc/alternatives/.*|usr/share/man/.*", "links of alternatives"),
    (r"boot/.*|run/.*|tmp/.*", "run-time files"),
)


def category(path, rules, default):
    return next((word for pattern, word in rules if re.fullmatch(pattern, path)), default)


class Finding:
    """One path in one relation of the trees, in words."""

    def __init__(self, path, fields, expected, ours, real):
        self.path, self.fields = path, fields
        self.expected, self.ours, self.real = expected, ours, real

    def row(self):
        shown = [field for field in self.fields if field != "kind"] or ["kind"]
        words = [", ".join(entry.words(field) for field in shown) if entry else "–"
                 for entry in (self.expected, self.ours, self.real)]
        return [f"`/{self.path}`", ", ".join(shown), *words]


class Comparison:
    """Sorts every path of the three trees.

    `real` is None where there is no real root; `abroad` says that it is one of another architecture.
    """

    def __init__(self, expected, ours, real=None, abroad=False):
        self.uncompared = UNCOMPARED_ABROAD if abroad else UNCOMPARED
        self.as_packed, self.as_real, self.unexplained = 0, [], []
        self.gone, self.missing = [], []
        self.added, self.added_unknown, self.added_other = {}, [], []
        self.real_only, self.real_changed = {}, []
        self._packed(expected, ours, real)
        self._added(expected, ours, real)
        if real is not None and not abroad:
            self._real(expected, ours, real)

    def _packed(self, expected, ours, real):
        for path, entry in sorted(expected.items()):
            theirs = real.get(path) if real is not None else None
            if path not in ours:
                list_ = self.gone if real is not None and theirs is None else self.missing
                list_.append(Finding(path, ["kind"], entry, None, theirs))
                continue
            fields = differences(entry, ours[path])
            if not fields:
                self.as_packed += 1
                continue
            skip = UNCOMPARED if "content" in fields else self.uncompared
            same = theirs is not None and not differences(ours[path], theirs, skip)
            (self.as_real if same else self.unexplained).append(Finding(path, fields, entry, ours[path], theirs))

    def _added(self, expected, ours, real):
        for path in sorted(ours.keys() - expected.keys()):
            theirs = real.get(path) if real is not None else None
            word = category(path, ADDED, "as real set-up has it" if theirs else "other")
            same = theirs is not None and not differences(ours[path], theirs, self.uncompared)
            counts = self.added.setdefault(word, [0, 0, 0])
            counts[0] += 1
            counts[1] += same
            if theirs is not None and not same:
                fields = differences(ours[path], theirs, self.uncompared)
                self.added_other.append(Finding(path, fields, None, ours[path], theirs))
            elif theirs is None and real is not None:
                counts[2] += 1
            if word == "other":
                self.added_unknown.append(Finding(path, ["kind"], None, ours[path], theirs))

    def _real(self, expected, ours, real):
        for path in sorted(real.keys() - ours.keys()):
            word = category(path, REAL_ONLY, "other")
            self.real_only.setdefault(word, []).append(path)
        for path, entry in sorted(expected.items()):
            if path in ours and path in real and not differences(entry, ours[path]):
                fields = differences(entry, real[path], UNCOMPARED)
                if fields:
                    self.real_changed.append(Finding(path, fields, entry, ours[path], real[path]))

    def failed(self):
        return bool(self.unexplained or self.missing or self.added_unknown)


def moved(tree, words):
    """A tree of another architecture as it would be called in ours, with words such as the triplet replaced."""
    def named(text):
        for theirs, ours in words:
            text = text.replace(theirs, ours)
        return text
    return {named(path): entry._replace(target=named(entry.target)) for path, entry in tree.items()}
