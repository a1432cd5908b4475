import Core
import Database
import HTTPServer

/// The calls with which somebody says what their data may be used for, and sees what it is used for.
struct ConsentRoutes: Sendable {
    let privacy: Privacy

    private static let tags = ["Privacy"]
    private var consents: Consents { privacy.accounts.consents }

    var all: [Route] { [show, change, ledger, usage] }

    struct Standing: APIValue { let purposes: [ConsentAnswer] }

    private var show: Route {
        Route(
            .get,
            "/api/v1/consent",
            summary: "Tell what you agree to",
            tags: Self.tags,
            access: .account,
            quota: "user"
        ) { request in
            let (_, id) = try request.person()
            return try await standing(of: id)
        }
    }

    struct Wish: APIValue { let purposes: [String: Bool] }

    private var change: Route {
        Route(
            .put,
            "/api/v1/consent",
            summary: "Agree to a purpose, or no longer",
            details: """
                What is not named stays as it is. Whoever no longer agrees to “service” goes on to get answers, but pictures \
                are not kept any more, and those that were kept are removed.
                """,
            tags: Self.tags,
            body: .json(Wish.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "user"
        ) { request in
            let (_, id) = try request.person()
            var wishes: [ConsentPurpose: Bool] = [:]
            for (name, isGranted) in try request.json(Wish.self).purposes {
                guard let purpose = ConsentPurpose(rawValue: name) else {
                    let known = ConsentPurpose.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Problem.unprocessable(["body", "purposes", name], "is none of \(known)")
                }
                wishes[purpose] = isGranted
            }
            try await consents.change(wishes, of: id)
            return try await standing(of: id)
        }
    }

    struct Entry: APIValue {
        let position: Int
        let at: Timestamp
        let subject: UUIDv7
        let purpose: String
        let version: Int
        let granted: Bool
        let how: String
        static let notes = [
            "subject": "You, in the ledger; nobody can tell once your account is gone.",
            "version": "Of the text that you said it to.", "how": "registered, changed and the like.",
        ]

        init(_ entry: ConsentEntry) {
            position = entry.position
            at = entry.at
            subject = entry.subject
            purpose = entry.purpose
            version = entry.version
            granted = entry.isGranted
            how = entry.how
        }
    }

    struct Page: APIValue {
        let items: [Entry]
        let next: String?
    }

    private var ledger: Route {
        Route(
            .get,
            "/api/v1/consent/audit",
            summary: "List what you said so far, the newest first",
            tags: Self.tags,
            parameters: [Paging.after, Paging.limit],
            access: .account,
            quota: "user"
        ) { request in
            let (_, id) = try request.person()
            let place = try ConsentLedger.order.place(of: request[Paging.after])
            let page = try await consents.ledger.entries(of: id, after: place, limit: request[Paging.limit])
            return Page(items: page.entries.map(Entry.init), next: page.next?.token)
        }
    }

    struct Use: APIValue {
        let what: String
        let purpose: ConsentPurpose
        let count: Int
        let lastUsedAt: Timestamp?
        static let notes = ["what": "Such as analyses or pictures.", "count": "How many are kept."]

        init(_ use: DataUse) {
            what = use.what
            purpose = use.purpose
            count = use.count
            lastUsedAt = use.lastUsedAt
        }
    }

    struct Usage: APIValue { let items: [Use] }

    private var usage: Route {
        Route(
            .get,
            "/api/v1/consent/usage",
            summary: "Tell what of yours is kept, for which purpose, and when it was used last",
            tags: Self.tags,
            access: .account,
            quota: "user"
        ) { request in
            let (_, id) = try request.person()
            var uses: [DataUse] = []
            for part in privacy.parts { uses += try await part.usage(of: id) }
            return Usage(items: uses.map(Use.init))
        }
    }

    private func standing(of id: User.ID) async throws -> Standing {
        Standing(purposes: try await consents.standing(of: id).map(ConsentAnswer.init))
    }
}

/// Where somebody stands on one purpose.
struct ConsentAnswer: APIValue {
    let purpose: ConsentPurpose
    let granted: Bool
    let version: Int?
    let currentVersion: Int
    let at: Timestamp?
    let text: String
    static let notes = [
        "granted": "Whether it holds now; to a text that has changed since, it does not.",
        "version": "Of the text that you agreed to or turned down; null when you said nothing yet.",
        "at": "When you said so.", "text": "What it means to agree.",
    ]

    init(_ state: ConsentState) {
        purpose = state.purpose
        granted = state.isGranted
        version = state.version
        currentVersion = state.purpose.version
        at = state.at
        text = state.purpose.text
    }
}
