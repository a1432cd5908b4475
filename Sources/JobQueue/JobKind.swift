/// A kind of work that is carried out later: its name, the payload it takes, and how it is carried out.
package struct JobKind<Payload: Codable & Sendable>: Sendable {
    /// Of all kinds of the program, such as `diagnosis.read-batch`.
    package let name: String
    package let policy: JobPolicy

    package init(_ name: String, _ policy: JobPolicy = JobPolicy()) {
        self.name = name
        self.policy = policy
    }
}

/// How work of one kind is carried out.
package struct JobPolicy: Sendable {
    /// The group of kinds that `hedgerow worker --queues` chooses by.
    package var queue: String
    package var priority: JobPriority
    /// At most so many at once in one process.
    package var width: Int
    /// An attempt that takes longer is cancelled and counts as failed.
    package var timeLimit: Duration
    /// The pause after each failed attempt; after the last one the job is dead.
    package var retries: [Duration]

    package init(
        queue: String = "default",
        priority: JobPriority = .normal,
        width: Int = 4,
        timeLimit: Duration = .seconds(300),
        retries: [Duration] = [.seconds(60), .seconds(300), .seconds(900)]
    ) {
        precondition(width > 0 && timeLimit > .zero, "work needs room and time")
        self.queue = queue
        self.priority = priority
        self.width = width
        self.timeLimit = timeLimit
        self.retries = retries
    }

    /// When the operator is told that an attempt takes long.
    var warnAfter: Duration { timeLimit * 4 / 5 }
}

/// Which of the jobs that wait is begun first.
package struct JobPriority: RawRepresentable, Hashable, Sendable, Comparable {
    /// The lower the earlier.
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Somebody waits for it.
    package static let urgent = JobPriority(rawValue: 0)
    package static let normal = JobPriority(rawValue: 50)
    /// Thousands of pictures from a card.
    package static let bulk = JobPriority(rawValue: 100)

    package static func < (a: JobPriority, b: JobPriority) -> Bool { a.rawValue < b.rawValue }
}
