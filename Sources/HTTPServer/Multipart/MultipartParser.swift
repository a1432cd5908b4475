internal import Glibc

/// Takes a multipart/form-data body apart as it comes (RFC 7578): strict, bounded, and without any I/O.
struct MultipartParser {
    struct Limits: Sendable {
        var parts = 256
        /// Bytes of the head of one part.
        var head = 4 << 10
        /// Bytes of a field's or a file's name.
        var name = 255
    }

    enum Event: Hashable {
        case began(PartHead)
        case data([UInt8])
        case ended
        /// The closing line has come.
        case finished
    }

    /// The body is no form; `reason` completes "the form …".
    struct Fault: Error, Hashable {
        let reason: String
    }

    private enum State { case preamble, head, data, afterBoundary, epilogue }

    private let limits: Limits
    /// `--boundary`, and the same after a line break, which ends a part.
    private let opening: [UInt8]
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8] = []
    private var parts = 0

    /// `contentType` is the whole field, with its boundary.
    init(contentType: String, limits: Limits = Limits()) throws(Fault) {
        guard MediaType.essence(contentType) == "multipart/form-data" else {
            throw Fault(reason: "is not multipart/form-data")
        }
        guard let boundary = FieldParameters.parse(contentType)["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0.isTokenByte || "'()+_,-./:=? ".utf8.contains($0) }), !boundary.hasSuffix(" ")
        else { throw Fault(reason: "has no valid boundary in its Content-Type") }
        opening = Array("--\(boundary)".utf8)
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.limits = limits
    }

    var isFinished: Bool { if case .epilogue = state { true } else { false } }

    /// Takes the next bytes and tells what they mean.
    mutating func feed(_ bytes: [UInt8]) throws(Fault) -> [Event] {
        var events: [Event] = []
        if case .epilogue = state { return events }
        buffer += bytes
        while try step(&events) {}
        return events
    }

    /// The body is at its end.
    func finish() throws(Fault) {
        guard isFinished else { throw Fault(reason: "ends before its closing boundary") }
    }

    /// One step; `false` when more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws(Fault) -> Bool {
        switch state {
        case .preamble:
            // No text before the first boundary: nothing that writes forms sends it, and it could be without end.
            let count = min(buffer.count, opening.count)
            guard buffer.prefix(count).elementsEqual(opening.prefix(count)) else {
                throw Fault(reason: "does not begin with its boundary")
            }
            guard buffer.count >= opening.count else { return false }
            buffer.removeFirst(opening.count)
            state = .afterBoundary
            return true
        case .afterBoundary: return try afterBoundary(&events)
        case .head: return try head(&events)
        case .data: return data(&events)
        case .epilogue:
            buffer = []
            return false
        }
    }

    private mutating func afterBoundary(_ events: inout [Event]) throws(Fault) -> Bool {
        guard buffer.count >= 2 else { return false }
        if buffer[0] == UInt8(ascii: "-"), buffer[1] == UInt8(ascii: "-") {
            buffer = []
            state = .epilogue
            events.append(.finished)
            return false
        }
        guard buffer[0] == 0x0D, buffer[1] == 0x0A else {
            throw Fault(reason: "has a boundary that is not followed by a line break")
        }
        buffer.removeFirst(2)
        parts += 1
        guard parts <= limits.parts else { throw Fault(reason: "has more than \(limits.parts) parts") }
        state = .head
        return true
    }

    private mutating func head(_ events: inout [Event]) throws(Fault) -> Bool {
        guard !buffer.starts(with: "\r\n".utf8) else { throw Fault(reason: "has a part without a name") }
        let end = Array("\r\n\r\n".utf8)
        guard let index = find(end, in: buffer) else {
            guard buffer.count <= limits.head else {
                throw Fault(reason: "has a part whose head is larger than \(limits.head) bytes")
            }
            return false
        }
        guard index <= limits.head else {
            throw Fault(reason: "has a part whose head is larger than \(limits.head) bytes")
        }
        let head = try PartHead(parsing: Array(buffer[..<index]), limits: limits)
        buffer.removeFirst(index + end.count)
        events.append(.began(head))
        state = .data
        return true
    }

    private mutating func data(_ events: inout [Event]) -> Bool {
        if let index = find(delimiter, in: buffer) {
            if index > 0 { events.append(.data(Array(buffer[..<index]))) }
            buffer.removeFirst(index + delimiter.count)
            events.append(.ended)
            state = .afterBoundary
            return true
        }
        // What may be the beginning of a delimiter stays.
        let safe = buffer.count - (delimiter.count - 1)
        if safe > 0 {
            events.append(.data(Array(buffer[..<safe])))
            buffer.removeFirst(safe)
        }
        return false
    }
}

/// Where `mark` stands first.
private func find(_ mark: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= mark.count, let first = mark.first else { return nil }
    let last = bytes.count - mark.count
    return unsafe bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return nil }
        var index = 0
        while index <= last, let found = unsafe memchr(base + index, Int32(first), last - index + 1) {
            index = unsafe UnsafeRawPointer(found) - base
            if unsafe memcmp(found, mark, mark.count) == 0 { return index }
            index += 1
        }
        return nil
    }
}
