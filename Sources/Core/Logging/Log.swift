import Synchronization

/// Writes structured lines for the operator; passed by initialiser, never looked up.
package struct Log: Sendable {
    package enum Level: Int, Sendable, Comparable, CaseIterable {
        case trace, debug, info, notice, warning, error
        package static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    private let sink: any LogSink
    private let minimum: Level
    private let fields: [String: LogValue]
    private let clock: WallClock

    package init(
        to sink: any LogSink,
        minimum: Level = .info,
        fields: [String: LogValue] = [:],
        clock: WallClock = .system
    ) {
        self.sink = sink
        self.minimum = minimum
        self.fields = fields
        self.clock = clock
    }

    /// Says nothing: for tests and one-shot commands.
    package static let silent = Log(to: DiscardingSink(), minimum: .error)

    /// The same log with fields that every further line carries.
    package func with(_ more: [String: LogValue]) -> Log {
        Log(to: sink, minimum: minimum, fields: fields.merging(more) { $1 }, clock: clock)
    }

    package func isEnabled(_ level: Level) -> Bool { level >= minimum }

    package func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [String: LogValue] = [:]) {
        write(.debug, message(), fields())
    }
    package func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [String: LogValue] = [:]) {
        write(.info, message(), fields())
    }
    package func notice(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [String: LogValue] = [:]) {
        write(.notice, message(), fields())
    }
    package func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [String: LogValue] = [:]) {
        write(.warning, message(), fields())
    }
    /// For what somebody should look at; never for what a caller may expect.
    package func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [String: LogValue] = [:]) {
        write(.error, message(), fields())
    }

    private func write(
        _ level: Level,
        _ message: @autoclosure () -> String,
        _ more: @autoclosure () -> [String: LogValue]
    ) {
        guard level >= minimum else { return }
        var line = JSONLine()
        line.append("time", .string(clock.now().description))
        line.append("level", .string("\(level)"))
        line.append("message", .string(message()))
        for (key, value) in fields.merging(more(), uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            line.append(key, value)
        }
        sink.write(line.finished())
    }
}

/// A value of a log field.
package enum LogValue: Sendable, Hashable {
    case string(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

/// Takes finished log lines, each one JSON object with a newline at its end.
package protocol LogSink: Sendable {
    /// Never waits for the disk or the terminal.
    func write(_ line: [UInt8])
}

package struct DiscardingSink: LogSink {
    package init() {}
    package func write(_: [UInt8]) {}
}

/// Builds one flat JSON object without an encoder: logging must cost little.
struct JSONLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    mutating func append(_ key: String, _ value: LogValue) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        switch value {
        case .string(let text): quote(text)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .number(let number): bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
        case .boolean(let flag): bytes.append(contentsOf: "\(flag)".utf8)
        }
    }

    mutating func finished() -> [UInt8] {
        bytes.append(contentsOf: "}\n".utf8)
        return bytes
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20, 0x7F:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(UInt8(hexadecimalDigit: byte >> 4))
                bytes.append(UInt8(hexadecimalDigit: byte & 0xF))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
