/// A command with its arguments, as it goes over the wire.
package struct RedisCommand: Sendable {
    /// `GET`, or `XGROUP` for `XGROUP CREATE …`: the label in metrics.
    let name: String
    let encoded: [UInt8]

    package init(_ name: StaticString, _ arguments: any RedisWord...) { self.init(name, arguments) }

    package init(_ name: StaticString, _ arguments: [any RedisWord]) {
        self.name = "\(name)"
        var bytes = Array("*\(arguments.count + 1)\r\n".utf8)
        for word in [[UInt8](self.name.utf8)] + arguments.map(\.redisBytes) {
            bytes += "$\(word.count)\r\n".utf8
            bytes += word
            bytes += "\r\n".utf8
        }
        encoded = bytes
    }
}

/// What can be an argument: text, bytes, whole numbers.
package protocol RedisWord: Sendable {
    var redisBytes: [UInt8] { get }
}

extension String: RedisWord { package var redisBytes: [UInt8] { Array(utf8) } }
extension [UInt8]: RedisWord { package var redisBytes: [UInt8] { self } }
extension Int: RedisWord { package var redisBytes: [UInt8] { Array("\(self)".utf8) } }
extension Int64: RedisWord { package var redisBytes: [UInt8] { Array("\(self)".utf8) } }
