/// What somebody is here for; it says what they may do.
package enum Role: String, CaseIterable, Codable, Sendable {
    /// Looks after the server and the people on it.
    case admin
    /// Works with what was observed, for research or for a company.
    case analyst
    /// Reads, and changes nothing that others see.
    case viewer
    /// Looks after plants and devices of their own.
    case grower

    package var permissions: Set<Permission> {
        switch self {
        case .admin: Set(Permission.allCases)
        case .analyst:
            [.predict, .analyses, .account, .keys, .images, .upload, .review, .cameras, .bystanders, .alerts, .rules]
        case .grower: [.predict, .analyses, .account, .keys]
        case .viewer: [.predict, .analyses, .account, .images, .alerts]
        }
    }

    /// Whether a password alone is not enough.
    var needsSecondFactor: Bool { self == .admin }
}
