// SPDX-License-Identifier: Apache-2.0

extension Marking {
    /// A package whose dependencies are being installed; recursion written out, because input decides its depth.
    struct Frame {
        let name: NameID
        let version: VersionID
        /// Whether it was protected before: then what it alone can use is protected too.
        let spreads: Bool
        let failsEarly: Bool
        let isRequested: Bool
        let groups: [NeedGroup]
        var next = 0
        /// What may satisfy the group at hand, and how much of it has been tried.
        var choices: [VersionID] = []
        var tried = 0
        var waits = Wait.nothing
        var hasFailed: Bool
    }

    enum Wait {
        case nothing
        /// A satisfied dependency is protected.
        case confirmation
        case choice
    }

    enum Start {
        case done(Bool)
        case open(Frame)
    }

    enum Move {
        case done(Bool)
        case call(NameID)
    }

    /// Marks a package without its dependencies.
    mutating func markAlone(_ name: NameID, isRequested: Bool) -> Bool {
        guard mayInstall(name, isRequested: isRequested, depth: 0) else { return false }
        if isFine(name) { return true }
        mark(name, isRequested: isRequested)
        return true
    }

    /// Marks a package and what it needs. False: it, or something that it cannot do without, could not be marked.
    mutating func install(_ name: NameID, isRequested: Bool) -> Bool {
        var stack: [Frame] = []
        switch start(name, isRequested: isRequested, depth: 0) {
        case .done(let answer): return answer
        case .open(let frame): stack.append(frame)
        }
        var answer: Bool?
        while !stack.isEmpty {
            switch advance(&stack[stack.count - 1], answer) {
            case .done(let result):
                stack.removeLast()
                answer = result
            case .call(let wanted):
                switch start(wanted, isRequested: false, depth: stack.count) {
                case .done(let result): answer = result
                case .open(let frame):
                    stack.append(frame)
                    answer = nil
                }
            }
        }
        return answer ?? false
    }

    /// Takes a package off the list; false when it is protected.
    mutating func keep(_ name: NameID) -> Bool {
        if states[name].installed == nil { return true }
        if states[name].isProtected { return false }
        setInstalled(nil, for: name)
        return true
    }

    private mutating func start(_ name: NameID, isRequested: Bool, depth: Int) -> Start {
        guard mayInstall(name, isRequested: isRequested, depth: depth) else { return .done(false) }
        if isFine(name) { return .done(true) }
        guard let version = states[name].candidate, canBeSatisfied(name, version) else { return .done(false) }
        if isRequested { mark(name, isRequested: true) }
        let spreads = states[name].isProtected
        let failsEarly = !spreads && !isRequested
        let groups = pool.versions[version].groups.filter { spreads || !isSatisfied($0) }
        let cleared = clearConflicts(of: version, spreads: spreads, isRequested: isRequested)
        if !cleared && failsEarly { return .done(false) }
        if !isRequested { mark(name, isRequested: false) }
        states[name].isProtected = true
        budget -= 1
        return .open(
            Frame(
                name: name, version: version, spreads: spreads, failsEarly: failsEarly, isRequested: isRequested,
                groups: groups, hasFailed: !cleared))
    }

    /// Does the next thing for a frame; `answer` is what the call before it came to.
    private mutating func advance(_ frame: inout Frame, _ answer: Bool?) -> Move {
        var answer = answer
        while frame.next < frame.groups.count {
            let group = frame.groups[frame.next]
            if let move = handle(group, of: &frame, answer: answer) { return move }
            answer = nil
            if frame.hasFailed && frame.failsEarly { break }
            frame.next += 1
            frame.waits = .nothing
        }
        if !frame.spreads { states[frame.name].isProtected = false }
        if frame.hasFailed && frame.failsEarly {
            setInstalled(nil, for: frame.name)
            states[frame.name].candidate = nil
            return .done(false)
        }
        return .done(!frame.hasFailed)
    }

    /// Nil when the group is dealt with.
    private mutating func handle(_ group: NeedGroup, of frame: inout Frame, answer: Bool?) -> Move? {
        switch frame.waits {
        case .confirmation:
            if answer == false { frame.hasFailed = true }
            return nil
        case .choice:
            if answer == true { return nil }
            return tryNext(group, of: &frame)
        case .nothing:
            if isSatisfied(group) { return frame.spreads ? confirm(group, of: &frame) : nil }
            frame.choices = candidates(for: group, sorted: true)
            frame.tried = 0
            frame.waits = .choice
            return tryNext(group, of: &frame)
        }
    }

    /// Protects what alone can satisfy a dependency of a protected package.
    private mutating func confirm(_ group: NeedGroup, of frame: inout Frame) -> Move? {
        guard group.isHard, group.heldBy == nil else { return nil }
        let possible = candidates(for: group, sorted: false)
        guard possible.count == 1 else { return nil }
        let name = pool.versions[possible[0]].name
        if states[name].isProtected { return nil }
        protect(name)
        frame.waits = .confirmation
        return .call(name)
    }

    private mutating func tryNext(_ group: NeedGroup, of frame: inout Frame) -> Move? {
        while frame.tried < frame.choices.count {
            let choice = frame.choices[frame.tried]
            let name = pool.versions[choice].name
            frame.tried += 1
            guard candidate(of: name) == choice else { continue }
            if frame.spreads && group.isHard && frame.choices.count == 1 {
                guard markAlone(name, isRequested: false) else { continue }
                protect(name)
            }
            return .call(name)
        }
        if group.isHard { frame.hasFailed = true }
        return nil
    }
}
