/// An answer with all its fields, ready for the wire.
struct FinishedAnswer: Sendable {
    enum Content: Sendable {
        case none
        case bytes([UInt8])
        case file(OpenFile, offset: Int, length: Int)
        /// Pieces follow through the exchange.
        case stream(length: Int?)
        case upgrade(any Upgrade)
    }

    var status: Int
    var headers: [(name: String, value: String)]
    var content: Content
    var closesConnection = false

    var length: Int {
        switch content {
        case .none, .upgrade: 0
        case .bytes(let bytes): bytes.count
        case .file(_, _, let length): length
        case .stream(let length): length ?? 0
        }
    }
}
