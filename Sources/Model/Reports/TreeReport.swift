// SPDX-License-Identifier: Apache-2.0
package import PlinthCore

/// The files of an image as a tree: schema `plinth.tree/v1`.
package struct TreeReport: Codable, Sendable {
    package enum Order: String, Codable, Sendable, CaseIterable {
        case name
        /// The largest first.
        case size
    }

    package enum Kind: String, Codable, Sendable {
        case directory, file, symlink, hardLink, characterDevice, blockDevice, fifo
    }

    package struct Entry: Codable, Sendable {
        /// The last component; `/` for the root.
        package var name: String
        package var kind: Kind
        /// Bytes of the file; of all files below a directory. A file of several names counts at the first.
        package var size: ByteCount
        /// Regular files below a directory.
        package var files: Int?
        /// The layer that put the name there, counted from 1.
        package var layer: Int
        /// The image's name for the number, else the number.
        package var user: String
        package var group: String
        /// Octal, such as `0755`.
        package var mode: String
        /// Of a symbolic link, as it stands there; of another name of a file, its first.
        package var target: String?
        /// In the order that was asked for; nil below the depth that was.
        package var children: [Entry]?

        package init(
            name: String, kind: Kind, size: ByteCount, files: Int?, layer: Int, user: String, group: String,
            mode: String, target: String?
        ) {
            self.name = name
            self.kind = kind
            self.size = size
            self.files = files
            self.layer = layer
            self.user = user
            self.group = group
            self.mode = mode
            self.target = target
        }
    }

    package var schema = "plinth.tree/v1"
    package var image: String
    package var digest: Digest?
    package var platform: String
    /// Begins with `/`.
    package var path: String
    package var order: Order
    package var root: Entry

    package init(image: String, digest: Digest?, platform: String, path: String, order: Order, root: Entry) {
        self.image = image
        self.digest = digest
        self.platform = platform
        self.path = path
        self.order = order
        self.root = root
    }
}
