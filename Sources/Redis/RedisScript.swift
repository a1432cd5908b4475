import Core

/// A Lua script that Redis runs as one step; sent once, then named by its hash.
package struct RedisScript: Sendable {
    let text: String
    let hash: String

    package init(_ text: String) {
        self.text = text
        hash = SHA1.digest(Array(text.utf8)).hexadecimal
    }
}

extension RedisClient {
    /// Runs the script; a Redis that does not know it, such as one that was restarted, is sent it.
    package func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: [any RedisWord]
    ) async throws -> RedisReply {
        let rest: [any RedisWord] = [keys.count] + keys + arguments
        do {
            return try await run(RedisCommand("EVALSHA", [script.hash] + rest))
        } catch let fault as RedisFault where fault.detail == "NOSCRIPT" {
            return try await run(RedisCommand("EVAL", [script.text] + rest))
        }
    }
}
