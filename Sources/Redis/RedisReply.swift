/// What Redis answers to one command.
package enum RedisReply: Hashable, Sendable {
    case null
    case integer(Int64)
    case bytes([UInt8])
    /// A short word such as `OK`.
    case status(String)
    case array([RedisReply])
    case error(RedisFault)
}

/// The reply as the kind that the command has; another kind is a `protocol` fault.
extension RedisReply {
    package var isNull: Bool { self == .null }

    package func integer() throws(RedisFault) -> Int {
        guard case .integer(let number) = try accepted(), let number = Int(exactly: number) else {
            throw unexpected("an integer")
        }
        return number
    }

    package func bytes() throws(RedisFault) -> [UInt8] {
        guard case .bytes(let bytes) = try accepted() else { throw unexpected("bytes") }
        return bytes
    }

    package func text() throws(RedisFault) -> String {
        switch try accepted() {
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .status(let word): return word
        default: throw unexpected("text")
        }
    }

    package func array() throws(RedisFault) -> [RedisReply] {
        guard case .array(let elements) = try accepted() else { throw unexpected("an array") }
        return elements
    }

    /// The same reply, unless it is an error, which is thrown.
    func accepted() throws(RedisFault) -> RedisReply {
        if case .error(let fault) = self { throw fault }
        return self
    }

    private func unexpected(_ wanted: String) -> RedisFault { RedisFault(.protocol, "another reply than \(wanted)") }
}
