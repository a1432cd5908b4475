/// Why a command was not carried out, in words that a caller can act on; never shows a key, a value or a password.
package struct RedisFault: Error, Hashable, Sendable {
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// Redis is away, or left before it answered: the command may or may not have been carried out.
        case unavailable
        /// Redis answered and will not: wrong credentials, no permission, a key of another kind, a wrong command.
        case refused
        /// Too many commands wait, here or there: try again in a moment.
        case busy
        /// What came is not Redis' protocol, or not the kind of reply that the command has.
        case `protocol`
    }

    package let code: Code
    /// For the operator's log: what failed, or the word with which Redis refuses, such as `WRONGPASS`.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// Reads an error reply; only its first word is kept, because the rest may quote what was sent.
    init(serverText: String) {
        let first = serverText.prefix { $0 != " " }
        let isWord = !first.isEmpty && first.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        let word = isWord ? String(first) : "ERR"
        let code: Code =
            switch word {
            case "LOADING", "MASTERDOWN", "READONLY", "CLUSTERDOWN", "NOREPLICAS", "UNBLOCKED": .unavailable
            case "BUSY", "OOM", "TRYAGAIN", "MISCONF": .busy
            default: .refused
            }
        self.init(code, word)
    }

    /// What the operator can do, for health pages and start-up messages.
    package var cure: String {
        switch (code, detail) {
        case (.unavailable, _): "start Redis, or see whether redis_url names the right host and port"
        case (.refused, "WRONGPASS"), (.refused, "NOAUTH"): "put the right user and password into redis_url"
        case (.refused, "NOPERM"):
            "give the user of redis_url the right to all commands on hedgerow:* keys and channels"
        case (.refused, _): "see the log for the word with which Redis refuses"
        case (.busy, "MISCONF"): "Redis cannot save to its disk: see its log"
        case (.busy, "OOM"): "give Redis more memory"
        case (.busy, _): "wait a moment"
        case (.protocol, _): "see whether redis_url names a Redis of version 6.2 or later"
        }
    }
}

extension RedisFault: CustomStringConvertible {
    package var description: String {
        switch code {
        case .unavailable: "Redis is away (\(detail))"
        case .refused: "Redis refuses (\(detail))"
        case .busy: "Redis is busy (\(detail))"
        case .protocol: "Redis was not understood (\(detail))"
        }
    }
}
