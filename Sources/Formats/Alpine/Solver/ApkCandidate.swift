// SPDX-License-Identifier: Apache-2.0

/// What the resolver has to know of a package: of an index, of an installed database or of a file.
///
/// The lists are kept as they stand in the text; `ApkDependency.list` reads them. In an index the letters are
/// `C P V A S I o k D p i r q`. See apk-v2(5) and, for `k:`, apk-package(5).
package struct ApkCandidate: Hashable, Sendable {
    package var name: String
    package var version: String
    /// Empty and `noarch` fit everywhere.
    package var architecture: String
    /// `Q1` and the base64 of the SHA-1 of the control part: packages with the same identity are the same package.
    package var identity: String
    package var origin: String?
    package var depends: String
    package var provides: String
    package var installIf: String
    package var replaces: String
    /// Which of several providers of an unversioned name is taken; 0 means none is taken unasked.
    package var providerPriority: Int
    package var replacesPriority: Int
    /// Of the file, in bytes.
    package var size: Int64
    /// Of the files in it, in bytes.
    package var installedSize: Int64
    /// Of the repository that it was installed from; only in an installed database.
    package var tag: String?
    /// False when the text asks for what we do not know: an upper-case letter.
    package var isUnderstood: Bool

    package init(
        name: String, version: String, architecture: String = "", identity: String = "", origin: String? = nil,
        depends: String = "", provides: String = "", installIf: String = "", replaces: String = "",
        providerPriority: Int = 0, replacesPriority: Int = 0, size: Int64 = 0, installedSize: Int64 = 0,
        tag: String? = nil, isUnderstood: Bool = true
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.identity = identity
        self.origin = origin
        self.depends = depends
        self.provides = provides
        self.installIf = installIf
        self.replaces = replaces
        self.providerPriority = providerPriority
        self.replacesPriority = replacesPriority
        self.size = size
        self.installedSize = installedSize
        self.tag = tag
        self.isUnderstood = isUnderstood
    }
}
