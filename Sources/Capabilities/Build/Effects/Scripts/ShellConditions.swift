// SPDX-License-Identifier: Apache-2.0

/// `test` and `[`: true, false or unknown.
extension ShellEvaluator {
    func condition(_ words: ArraySlice<String?>) -> Bool? {
        if let place = words.lastIndex(of: "-o"), place > words.startIndex, place < words.endIndex - 1 {
            return Self.or(condition(words[..<place]), condition(words[(place + 1)...]))
        }
        if words.count > 3, let place = words.lastIndex(of: "-a"), place > words.startIndex,
            place < words.endIndex - 1
        {
            return Self.and(condition(words[..<place]), condition(words[(place + 1)...]))
        }
        return primary(Array(words))
    }

    static func or(_ left: Bool?, _ right: Bool?) -> Bool? {
        if left == true || right == true { return true }
        return left == nil || right == nil ? nil : false
    }

    static func and(_ left: Bool?, _ right: Bool?) -> Bool? {
        if left == false || right == false { return false }
        return left == nil || right == nil ? nil : true
    }

    private func primary(_ words: [String?]) -> Bool? {
        if words.first == "!", words.count > 1 { return condition(words[1...]).map { !$0 } }
        switch words.count {
        case 0: return false
        case 1: return words[0].map { !$0.isEmpty }
        case 2:
            guard let operation = words[0], let value = words[1] else { return nil }
            switch operation {
            case "-n": return !value.isEmpty
            case "-z": return value.isEmpty
            case "-t": return false
            default: return host.test(operation, value)
            }
        case 3:
            guard let left = words[0], let operation = words[1], let right = words[2] else { return nil }
            return Self.compare(left, operation, right)
        default: return nil
        }
    }

    private static func compare(_ left: String, _ operation: String, _ right: String) -> Bool? {
        switch operation {
        case "=", "==": return Array(left.utf8) == Array(right.utf8)
        case "!=": return Array(left.utf8) != Array(right.utf8)
        default: break
        }
        guard let first = Int(left), let second = Int(right) else { return nil }
        switch operation {
        case "-eq": return first == second
        case "-ne": return first != second
        case "-lt": return first < second
        case "-le": return first <= second
        case "-gt": return first > second
        case "-ge": return first >= second
        default: return nil
        }
    }
}
