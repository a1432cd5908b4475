import Core
import HTTPServer

/// A person as the API shows them.
struct UserAnswer: APIValue {
    let id: User.ID
    let email: String
    let name: String
    let role: Role
    let state: User.State
    let sites: [UUIDv7]?
    let clients: [String]?
    let secondFactor: Bool
    let createdAt: Timestamp
    let lastSeenAt: Timestamp?
    static let notes = [
        "sites": "Which sites they see; null for all.", "clients": "Which clients they see; null for all.",
        "secondFactor": "Whether they have one.",
    ]

    init(_ user: User) {
        id = user.id
        email = user.email.description
        name = user.name
        role = user.role
        state = user.state
        sites = user.reach.sites?.sorted()
        clients = user.reach.clients?.sorted()
        secondFactor = user.hasSecondFactor
        createdAt = user.createdAt
        lastSeenAt = user.lastSeenAt
    }
}

/// What a program gets when it signs in or refreshes.
struct TokenAnswer: APIValue {
    let accessToken: String
    let refreshToken: String
    let tokenType: String
    let expiresIn: Int
    let user: UserAnswer
    static let notes = [
        "accessToken": "Send it as Authorization: Bearer.", "expiresIn": "Seconds that the access token is good for.",
        "refreshToken": "Good once, for POST /auth/refresh.",
    ]
}

/// What a page gets when somebody signs in: the session itself is in a cookie.
struct SignedInAnswer: APIValue {
    let user: UserAnswer
    let permissions: [Permission]
    let features: [String]
    let secondFactorNeeded: Bool
    let eraseAt: Timestamp?
    static let notes = [
        "eraseAt": "When all of somebody who is leaving is erased.",
        "features": "Parts of the program that are on for this person.",
        "permissions": "What this caller may do here and now.",
        "secondFactorNeeded": "Whether a second factor must be set up before the rest opens.",
    ]

    init(_ user: User, hasSecondFactor: Bool, features: FeatureFlags, eraseAt: Timestamp?) {
        self.eraseAt = eraseAt
        self.user = UserAnswer(user)
        self.features = features.names(for: user.id)
        permissions = user.permissions.sorted { $0.rawValue < $1.rawValue }
        secondFactorNeeded = user.role.needsSecondFactor && !hasSecondFactor
    }
}

/// Nothing to tell but that it was done.
struct DoneAnswer: APIValue {
    let status: String
    let message: String
    init(_ message: String) {
        status = "success"
        self.message = message
    }
}
