// SPDX-License-Identifier: Apache-2.0

/// The list of libraries that glibc's run-time linker reads: `etc/ld.so.cache`, as `ldconfig` writes it.
package struct LoaderCache: Sendable {
    /// One library.
    package struct Library: Hashable, Sendable {
        /// What programs ask for: the SONAME.
        package var name: [UInt8]
        /// Where it is, absolute.
        package var path: [UInt8]
        /// Kind and architecture, from `LoaderCache.flags(of:)`.
        package var flags: UInt32
        /// The directory below `glibc-hwcaps`, such as `x86-64-v3`.
        package var capability: [UInt8]?
        /// The level that the library's own note asks for; only for those below `glibc-hwcaps`.
        package var level: UInt32

        package init(
            name: [UInt8], path: [UInt8], flags: UInt32, capability: [UInt8]? = nil, level: UInt32 = 0
        ) {
            self.name = name
            self.path = path
            self.flags = flags
            self.capability = capability
            self.level = level
        }
    }

    /// In the order of the directories; ties keep it.
    package var libraries: [Library]
    /// Such as `ldconfig (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36`.
    package var generator: [UInt8]
    package var isLittleEndian: Bool

    package init(libraries: [Library], generator: [UInt8], isLittleEndian: Bool) {
        self.libraries = libraries
        self.generator = generator
        self.isLittleEndian = isLittleEndian
    }

    /// The bytes of the cache: header, entries, strings, extension.
    ///
    /// Time grows with the number of libraries times its logarithm. Layout: `struct cache_file_new` of glibc 2.36.
    package func encoded() -> [UInt8] {
        let sorted = LoaderOrder.sorted(libraries)
        let capabilities = Set(sorted.compactMap(\.capability)).sorted { $0.lexicographicallyPrecedes($1) }
        var strings = LoaderStrings(sorted.flatMap { [$0.name, $0.path] } + capabilities)
        strings.place(at: Self.headerSize + sorted.count * Self.entrySize)
        var writer = CacheWriter(isLittleEndian: isLittleEndian)
        let extensionStart = (strings.end + 3) / 4 * 4
        writer.header(count: sorted.count, strings: strings.bytes.count, extensionStart: extensionStart)
        for library in sorted { writer.entry(library, strings, capabilities) }
        writer.bytes += strings.bytes
        writer.bytes += [UInt8](repeating: 0, count: extensionStart - strings.end)
        writer.appendix(generator, capabilities.map { strings[$0] }, at: extensionStart)
        return writer.bytes
    }

    static let headerSize = 48
    static let entrySize = 24
}

/// Numbers in the byte order of the machine that reads the cache.
private struct CacheWriter {
    let isLittleEndian: Bool
    var bytes: [UInt8] = []

    mutating func number(_ value: UInt64, _ size: Int) {
        for index in 0..<size {
            let place = isLittleEndian ? index : size - 1 - index
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(place))))
        }
    }

    mutating func word(_ value: Int) { number(UInt64(value), 4) }

    mutating func header(count: Int, strings: Int, extensionStart: Int) {
        bytes.reserveCapacity(extensionStart + 128)
        bytes += Array("glibc-ld.so.cache1.1".utf8)
        word(count)
        word(strings)
        bytes += [isLittleEndian ? 2 : 3, 0, 0, 0]
        word(extensionStart)
        bytes += [UInt8](repeating: 0, count: 12)
    }

    mutating func entry(_ library: LoaderCache.Library, _ strings: LoaderStrings, _ capabilities: [[UInt8]]) {
        number(UInt64(library.flags), 4)
        word(strings[library.name])
        word(strings[library.path])
        word(0)
        guard let name = library.capability, let index = capabilities.firstIndex(of: name) else {
            return number(0, 8)
        }
        number(1 << 62 | UInt64(library.level & 0x3ff) << 32 | UInt64(index), 8)
    }

    /// The sections behind the strings: the generator, and where the names of the capabilities are.
    mutating func appendix(_ generator: [UInt8], _ capabilities: [Int], at start: Int) {
        let count = capabilities.isEmpty ? 1 : 2
        let arrayStart = start + 8 + 16 * count
        let textStart = arrayStart + 4 * capabilities.count
        number(0xeaa4_2174, 4)
        word(count)
        for value in [0, 0, textStart, generator.count] { word(value) }
        if count == 2 { for value in [1, 0, arrayStart, 4 * capabilities.count] { word(value) } }
        for offset in capabilities { word(offset) }
        bytes += generator
    }
}
