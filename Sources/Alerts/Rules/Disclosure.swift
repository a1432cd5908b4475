import Accounts

/// How much of what cameras saw is told beside the words; bounded by whoever set the rule and whoever set the channel.
enum Disclosure: String, CaseIterable, Codable, Sendable, Comparable {
    case words
    /// Also the picture that everybody may see, and the place as everybody may know it.
    case pictures
    /// Also the place as exactly as it is known.
    case places

    init(_ permissions: Set<Permission>) {
        self = !permissions.contains(.images) ? .words : permissions.contains(.cameras) ? .places : .pictures
    }

    private var rank: Int { self == .words ? 0 : self == .pictures ? 1 : 2 }
    static func < (a: Disclosure, b: Disclosure) -> Bool { a.rank < b.rank }
}
