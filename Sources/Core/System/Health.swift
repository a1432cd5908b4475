/// Tells whether one part of the program is fit for work: a line of `/health`.
package protocol HealthCheck: Sendable {
    /// The key under `checks`, such as `database`.
    var name: String { get }
    /// How grave it is when it does not answer at all.
    var silence: Health.Status { get }
    func check() async -> Health
}

extension HealthCheck {
    package var silence: Health.Status { .unhealthy }
}

/// How a part is, and, when it is not well, what the operator can do about it.
package struct Health: Hashable, Sendable {
    package enum Status: String, Sendable, Codable, CaseIterable, Comparable {
        case healthy, degraded, unhealthy

        package static func < (a: Status, b: Status) -> Bool { a.severity < b.severity }
        private var severity: Int { self == .healthy ? 0 : self == .degraded ? 1 : 2 }
    }

    package let status: Status
    /// What is wrong and how to cure it, safe to show to anyone; `nil` when all is well.
    package let detail: String?
    /// Which of several makes is in use, in one word, such as `s3`; `nil` where there is only one.
    package let engine: String?

    package init(_ status: Status, _ detail: String? = nil, engine: String? = nil) {
        self.status = status
        self.detail = detail
        self.engine = engine
    }

    package static let healthy = Health(.healthy)
}
