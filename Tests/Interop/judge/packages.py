# SPDX-License-Identifier: Apache-2.0
"""The packages that are judged: of every kind that has its own way of being set up."""

FEW = """base-files base-passwd bash ca-certificates sudo redis-server nginx tzdata man-db adduser python3-minimal
    openssl"""

# Set-user-id programs, alternatives, accounts, diversions, triggers, capabilities, unit files, byte code, catalogues.
MANY = FEW + """
    coreutils dash libc6 libc-bin passwd login perl-base perl nodejs util-linux git vim-tiny busybox-static systemd
    dbus cups-daemon apt gnupg mawk gawk iputils-ping locales fontconfig openssh-server cron apache2 less nano postfix
    php-cli ssl-cert udev sgml-base xml-core plocate ucf"""

OF_SUITE = {
    "bookworm": "postgresql-15 openjdk-17-jre-headless",
    "trixie": "postgresql-17 openjdk-21-jre-headless",
}


def names(suite, few=False):
    return FEW.split() if few else (MANY + " " + OF_SUITE[suite]).split()
