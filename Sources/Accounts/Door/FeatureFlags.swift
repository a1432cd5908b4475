import Core

/// Parts of the program that are on for some people and not yet for others.
///
/// A share in between is rolled out person by person: who is in at ten percent stays in at twenty.
package struct FeatureFlags: Hashable, Sendable {
    /// In percent of people.
    private let shares: [String: Int]

    package static let none = FeatureFlags(shares: [:])

    private init(shares: [String: Int]) { self.shares = shares }

    /// Reads `name=on`, `name=off` and `name=25%`.
    ///
    /// - Throws: `FeatureFlagFault` with what is wrong.
    package init(reading texts: [String]) throws(FeatureFlagFault) {
        var shares: [String: Int] = [:]
        for text in texts {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            let isName = parts[0].utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
            guard parts.count == 2, !parts[0].isEmpty, isName, let share = Self.share(parts[1]) else {
                throw FeatureFlagFault("\(text) is not written like new-map=on, new-map=off or new-map=25%")
            }
            guard shares.updateValue(share, forKey: String(parts[0])) == nil else {
                throw FeatureFlagFault("\(parts[0]) is named twice")
            }
        }
        self.init(shares: shares)
    }

    private static func share(_ text: Substring) -> Int? {
        switch text {
        case "on": 100
        case "off": 0
        default: text.hasSuffix("%") ? Int(text.dropLast()).flatMap { (0...100).contains($0) ? $0 : nil } : nil
        }
    }

    /// Whether it is on for somebody; for those without an account only when it is on for all.
    package func isOn(_ name: String, for user: User.ID?) -> Bool {
        guard let share = shares[name] else { return false }
        guard let user, share < 100 else { return share == 100 }
        // Every feature draws its own order of people.
        let digest = SHA256(of: Array("\(name) \(user)".utf8)).bytes
        return (Int(digest[0]) << 8 | Int(digest[1])) * 100 / 65_536 < share
    }

    /// The names of those that are on for somebody, in order.
    package func names(for user: User.ID?) -> [String] { shares.keys.filter { isOn($0, for: user) }.sorted() }
}

/// What is wrong with flags as they were written.
package struct FeatureFlagFault: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
