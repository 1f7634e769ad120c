// SPDX-License-Identifier: Apache-2.0

/// What libyaml's parser says next.
struct YAMLEvent {
    enum Kind: Equatable {
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
        case alias
        case documentStart, documentEnd
        case streamStart, streamEnd
    }

    let kind: Kind
    let position: YAMLPosition
    /// Whether an anchor (`&name`) stands before it.
    var hasAnchor = false
    /// Whether a tag (`!name`) stands before it.
    var hasTag = false
}

/// What libyaml cannot read.
struct YAMLSyntaxError: Error {
    let message: String
    let position: YAMLPosition
}
