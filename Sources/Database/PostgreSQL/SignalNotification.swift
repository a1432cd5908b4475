import Core
import FoundationEssentials

/// A signal as a notification: topics are many and any text, channels are few names, so one channel carries both as text.
enum SignalNotification {
    static let channel = "hedgerow_signals"

    static func statement(_ payload: [UInt8], to topic: SignalTopic) -> (sql: String, values: [SQLValue]) {
        let name = Array(topic.rawValue.utf8)
        let bytes = UInt16(name.count).bigEndianBytes + name + payload
        let text = Data(bytes).base64EncodedString()
        return ("SELECT pg_notify($1, $2)", [.text(channel), .text(text)])
    }

    /// `nil` for what some other program sent.
    static func read(_ text: String) -> SignalArrival? {
        guard let bytes = Data(base64Encoded: text).map(Array.init), let length = UInt16(bigEndian: bytes.prefix(2)),
            bytes.count >= 2 + Int(length),
            let topic = String(validating: bytes[2..<2 + Int(length)], as: UTF8.self)
        else { return nil }
        return .message(Array(bytes[(2 + Int(length))...]), SignalTopic(rawValue: topic))
    }
}
