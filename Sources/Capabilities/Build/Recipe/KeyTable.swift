// SPDX-License-Identifier: Apache-2.0

/// The keys of one kind of mapping: the decoder, the messages and the JSON schema all read them here.
struct KeyTable: Sendable {
    /// What the mapping is, for messages and the schema: `the recipe`, `a user`.
    let title: String
    let keys: [Key]

    init(_ title: String, _ keys: [Key]) {
        self.title = title
        self.keys = keys
    }

    struct Key: Sendable {
        let name: String
        let shape: Shape
        /// One line, for the schema.
        let summary: String
        var isRequired = false
        /// Whether a value that is laid upon it replaces it, where its like is merged.
        var isWhole = false

        init(_ name: String, _ shape: Shape, _ summary: String, required: Bool = false, whole: Bool = false) {
            self.name = name
            self.shape = shape
            self.summary = summary
            isRequired = required
            isWhole = whole
        }
    }

    /// What a value may be.
    indirect enum Shape: Sendable {
        case text(TextForm)
        case choice([String])
        case boolean
        /// A user's or group's number.
        case identity
        /// Permission bits in octal.
        case mode
        /// One command line, or its words as a list.
        case command
        /// Names and texts.
        case texts(TextForm)
        case list(Shape)
        case mapping(KeyTable)
        /// Names, each with a mapping.
        case named(KeyTable)
        /// One, or a list of them.
        case some(Shape)
        /// A whole number within a range.
        case number(ClosedRange<Int>)
        /// A mapping, or something shorter that means the same.
        case either(Shape, KeyTable)
        /// The field knows it, this version cannot do it.
        case notYet
    }

    func key(_ name: String) -> Key? { keys.first { $0.name == name } }

    /// The names that a person may use.
    var usableNames: [String] {
        keys.compactMap { key in if case .notYet = key.shape { nil } else { key.name } }
    }
}
