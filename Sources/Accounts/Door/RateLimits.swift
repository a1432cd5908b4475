/// How many calls of each class one caller may make; what has no class is not counted.
package struct RateLimits: Sendable, Equatable {
    package struct Limit: Sendable, Equatable {
        package let count: Int
        package let window: Duration

        package init(count: Int, window: Duration) {
            self.count = count
            self.window = window
        }
    }

    package private(set) var byClass: [String: Limit]

    /// `public` by address, `session` and `user` by person, all others by key.
    package static let usual = RateLimits(byClass: [
        "public": Limit(count: 60, window: .seconds(60)),
        "user": Limit(count: 100, window: .seconds(60)),
        "session": Limit(count: 600, window: .seconds(60)),
        "data": Limit(count: 120, window: .seconds(60)),
        "control": Limit(count: 60, window: .seconds(60)),
        "clients": Limit(count: 10, window: .seconds(60)),
        "query": Limit(count: 300, window: .seconds(60)),
        // Kilobytes sent.
        "upload": Limit(count: 4_000_000, window: .seconds(3_600)),
    ])

    /// The usual ones with changes such as `public=600/min`, `upload=1000000/hour`; `off` alone is `nil`.
    ///
    /// - Throws: `RateLimitFault` with what is wrong.
    package static func read(_ changes: [String]) throws(RateLimitFault) -> RateLimits? {
        if changes == ["off"] { return nil }
        var limits = usual
        for change in changes {
            let parts = change.split(separator: "=", omittingEmptySubsequences: false)
            let rate = parts.last?.split(separator: "/", omittingEmptySubsequences: false) ?? []
            guard parts.count == 2, rate.count == 2, let count = Int(rate[0]), count > 0,
                let window = windows[String(rate[1])]
            else { throw RateLimitFault("\(change) is not written like public=60/min") }
            guard usual.byClass[String(parts[0])] != nil else {
                let known = usual.byClass.keys.sorted().joined(separator: ", ")
                throw RateLimitFault("\(parts[0]) is none of \(known)")
            }
            limits.byClass[String(parts[0])] = Limit(count: count, window: window)
        }
        return limits
    }

    private static let windows: [String: Duration] = [
        "s": .seconds(1), "min": .seconds(60), "hour": .seconds(3_600), "day": .seconds(86_400),
    ]
}

/// What is wrong with limits as they were written.
package struct RateLimitFault: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
