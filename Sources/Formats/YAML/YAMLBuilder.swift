// SPDX-License-Identifier: Apache-2.0
import PlinthCore

/// Makes nodes of events and refuses what we do not read.
struct YAMLBuilder {
    private let source: YAMLSource
    private var count = 0

    init(source: YAMLSource) { self.source = source }

    /// The one document of the stream; an empty stream is an empty scalar.
    mutating func document() throws -> YAMLNode {
        do {
            let reader = try YAMLEventReader(source.text)
            _ = try reader.next()
            let first = try reader.next()
            if first.kind == .streamEnd { return YAMLNode(.scalar("", isPlain: true), at: first.position) }
            let root = try node(try reader.next(), reader, depth: 1)
            _ = try reader.next()
            let last = try reader.next()
            guard last.kind == .streamEnd else {
                throw source.problem(
                    "yaml.severalDocuments", "The file has a second document", at: last.position,
                    hints: ["keep one document in a file"])
            }
            return root
        } catch let error as YAMLSyntaxError {
            throw source.problem("yaml.syntax", "The file is not YAML", at: error.position, reason: error.message)
        }
    }

    private mutating func node(_ event: YAMLEvent, _ reader: YAMLEventReader, depth: Int) throws -> YAMLNode {
        try check(event, depth: depth)
        switch event.kind {
        case .scalar(let text, let isPlain):
            return YAMLNode(.scalar(text, isPlain: isPlain), at: event.position)
        case .sequenceStart:
            var elements: [YAMLNode] = []
            while true {
                let next = try reader.next()
                if next.kind == .sequenceEnd { return YAMLNode(.sequence(elements), at: event.position) }
                elements.append(try node(next, reader, depth: depth + 1))
            }
        case .mappingStart:
            return YAMLNode(.mapping(try entries(reader, depth: depth)), at: event.position)
        default:
            // Ends come only where a start was, so that leaves aliases.
            throw refusedAlias(at: event.position)
        }
    }

    private mutating func entries(_ reader: YAMLEventReader, depth: Int) throws -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try reader.next()
            if event.kind == .mappingEnd { return entries }
            try check(event, depth: depth + 1)
            guard case .scalar(let name, _) = event.kind else {
                throw source.problem(
                    "yaml.key", "A key must be a word", at: event.position,
                    hints: ["a key with a list or a mapping in it is not read"])
            }
            if let line = lines.updateValue(event.position.line, forKey: name) {
                throw source.problem(
                    "yaml.duplicateKey", "The key “\(SourceExcerpt.word(name))” stands here twice", at: event.position,
                    hints: ["it is on line \(line) too"])
            }
            let value = try node(try reader.next(), reader, depth: depth + 1)
            entries.append(YAMLNode.Entry(name: name, position: event.position, value: value))
        }
    }

    private mutating func check(_ event: YAMLEvent, depth: Int) throws {
        count += 1
        guard depth <= YAMLDocument.depthLimit else {
            throw source.problem(
                "yaml.tooDeep", "More than \(YAMLDocument.depthLimit) levels lie inside one another", at: event.position
            )
        }
        guard count <= YAMLDocument.nodeLimit else {
            throw source.problem(
                "yaml.tooManyNodes", "The file has more than \(YAMLDocument.nodeLimit) values", at: event.position)
        }
        if event.kind == .alias || event.hasAnchor { throw refusedAlias(at: event.position) }
        if event.hasTag {
            throw source.problem(
                "yaml.tag", "Tags are not read", at: event.position,
                hints: ["a word that begins with ! needs quotes: '!name'"])
        }
    }

    private func refusedAlias(at position: YAMLPosition) -> Problem {
        source.problem(
            "yaml.alias", "Anchors (&) and aliases (*) are not read", at: position,
            hints: ["write the value out", "a word that begins with & or * needs quotes"])
    }
}
