// SPDX-License-Identifier: Apache-2.0
import CYAML

/// libyaml's event parser over bytes in memory.
///
/// Memory is a copy of the text and libyaml's own buffers, which do not grow with nesting that we refuse.
@safe final class YAMLEventReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ text: [UInt8]) throws(YAMLSyntaxError) {
        // Both live until deinit: libyaml keeps pointers to the parser and to the text.
        unsafe parser = .allocate(capacity: 1)
        unsafe input = .allocate(capacity: max(1, text.count))
        _ = unsafe input.initialize(from: text)
        unsafe parser.initialize(to: yaml_parser_t())
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLSyntaxError(message: "no memory for the parser", position: .init(line: 1, column: 1))
        }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, text.count)
    }

    deinit {
        // The parser goes first, it points into the text; it is all zero when it could not be made.
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    func next() throws(YAMLSyntaxError) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe Self.value(of: event)
    }

    private static func value(of event: yaml_event_t) -> YAMLEvent {
        let start = unsafe position(event.start_mark)
        // Each branch reads the member of the union that the type names.
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let text = unsafe String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            return unsafe YAMLEvent(
                kind: .scalar(text, isPlain: isPlain), position: start, hasAnchor: scalar.anchor != nil,
                hasTag: scalar.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let data = unsafe event.data.sequence_start
            return unsafe YAMLEvent(
                kind: .sequenceStart, position: start, hasAnchor: data.anchor != nil, hasTag: data.tag != nil)
        case YAML_MAPPING_START_EVENT:
            let data = unsafe event.data.mapping_start
            return unsafe YAMLEvent(
                kind: .mappingStart, position: start, hasAnchor: data.anchor != nil, hasTag: data.tag != nil)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, position: start)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, position: start)
        case YAML_ALIAS_EVENT: return YAMLEvent(kind: .alias, position: start)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, position: start)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, position: start)
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, position: start)
        default: return YAMLEvent(kind: .streamEnd, position: start)
        }
    }

    private static func position(_ mark: yaml_mark_t) -> YAMLPosition {
        YAMLPosition(line: mark.line + 1, column: mark.column + 1)
    }

    private func failure() -> YAMLSyntaxError {
        // libyaml's messages are constants of the library.
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "no memory"
        let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) + ": " } ?? ""
        return unsafe YAMLSyntaxError(message: context + problem, position: Self.position(parser.pointee.problem_mark))
    }
}
