import FoundationEssentials

/// Takes a large JSON object apart as it comes: the elements of one list each for itself, the other members whole.
///
/// It looks at brackets and quotes alone; what a piece holds is for whoever decodes it.
struct JSONPieces {
    enum Event: Hashable, Sendable {
        case member(name: String, [UInt8])
        case element([UInt8])
    }

    /// The content is no such object; the reason completes "the file …".
    struct Fault: Error, Hashable {
        let reason: String
    }

    private enum Phase { case start, key, colon, value, inside, after, end }

    private static let longest = 4 << 20
    private static let deepest = 64

    /// Whether the list was there, if only an empty one.
    private(set) var hasSeenList = false
    private let list: String
    private var phase = Phase.start
    private var isInList = false
    private var isInString = false
    private var isEscaped = false
    private var depth = 0
    private var key = ""
    private var buffer: [UInt8] = []

    /// `list` is the name of the member whose elements come one by one.
    init(list: String) { self.list = list }

    mutating func feed(_ bytes: [UInt8]) throws(Fault) -> [Event] {
        var events: [Event] = []
        for byte in bytes { try take(byte, &events) }
        return events
    }

    func finish() throws(Fault) {
        guard phase == .end else { throw Fault(reason: "ends too early") }
    }

    private mutating func take(_ byte: UInt8, _ events: inout [Event]) throws(Fault) {
        if isInString { return try inString(byte, &events) }
        let isBlank = byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        switch phase {
        case .start:
            // A mark of UTF-8 may come first.
            if isBlank || [0xEF, 0xBB, 0xBF].contains(byte) { return }
            guard byte == UInt8(ascii: "{") else { throw Fault(reason: "is no JSON object") }
            phase = .key
        case .key:
            if isBlank { return }
            if byte == UInt8(ascii: "}") { return phase = .end }
            guard byte == UInt8(ascii: "\"") else { throw Self.misplaced }
            (buffer, isInString) = ([byte], true)
        case .colon:
            if isBlank { return }
            guard byte == UInt8(ascii: ":") else { throw Self.misplaced }
            phase = .value
        case .value: if !isBlank { try begin(byte, &events) }
        case .inside: try inside(byte, isBlank, &events)
        case .after: if !isBlank { try separate(byte) }
        case .end: if !isBlank { throw Fault(reason: "goes on after its end") }
        }
    }

    private static let misplaced = Fault(reason: "is not written as JSON should be")

    private mutating func begin(_ byte: UInt8, _ events: inout [Event]) throws(Fault) {
        if !isInList, key == list, byte == UInt8(ascii: "[") {
            (isInList, hasSeenList) = (true, true)
            return
        }
        if isInList, byte == UInt8(ascii: "]") {
            isInList = false
            phase = .after
            return
        }
        (buffer, depth, phase) = ([], 0, .inside)
        try inside(byte, false, &events)
    }

    private mutating func inside(_ byte: UInt8, _ isBlank: Bool, _ events: inout [Event]) throws(Fault) {
        let opens = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
        let closes = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
        // A number or a word ends with what follows it.
        if depth == 0, isBlank || closes || byte == UInt8(ascii: ",") {
            guard !buffer.isEmpty else { throw Self.misplaced }
            end(&events)
            if !isBlank { try separate(byte) }
            return
        }
        if buffer.count >= Self.longest || depth > Self.deepest { throw Fault(reason: "has a part that is too large") }
        buffer.append(byte)
        if byte == UInt8(ascii: "\"") { isInString = true }
        if opens { depth += 1 }
        if closes {
            depth -= 1
            if depth == 0 { end(&events) }
        }
    }

    private mutating func inString(_ byte: UInt8, _ events: inout [Event]) throws(Fault) {
        if buffer.count >= Self.longest { throw Fault(reason: "has a part that is too large") }
        buffer.append(byte)
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            if phase == .key {
                guard let name = try? JSONDecoder().decode(String.self, from: Data(buffer)) else {
                    throw Self.misplaced
                }
                (key, phase) = (name, .colon)
            } else if depth == 0 {
                end(&events)
            }
        }
    }

    private mutating func end(_ events: inout [Event]) {
        events.append(isInList ? .element(buffer) : .member(name: key, buffer))
        (buffer, phase) = ([], .after)
    }

    private mutating func separate(_ byte: UInt8) throws(Fault) {
        switch (byte, isInList) {
        case (UInt8(ascii: ","), true): phase = .value
        case (UInt8(ascii: ","), false): phase = .key
        case (UInt8(ascii: "]"), true): (isInList, phase) = (false, .after)
        case (UInt8(ascii: "}"), false): phase = .end
        default: throw Self.misplaced
        }
    }
}
