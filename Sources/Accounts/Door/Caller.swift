package import Core
import HTTPServer

/// Who is asking, and what they may do.
package struct Caller: Principal, Hashable, Codable {
    /// How they showed who they are.
    package enum Credential: Hashable, Codable, Sendable {
        /// A cookie of a browser.
        case cookie(Session.ID)
        /// An access token of a session.
        case token(Session.ID)
        case key(APIKey.ID)
        /// An access token of an application.
        case application(OAuthGrant.ID)
        /// The key in the operator's settings.
        case settings
    }

    package let credential: Credential
    /// `nil` for the key of the settings, which is nobody's.
    package let user: User.ID?
    package let role: Role
    package let permissions: Set<Permission>
    /// Which sites and clients they see; what belongs to neither is not bounded by it.
    package let reach: Reach
    /// Whether they gave a second factor in this session.
    package let hasSecondFactor: Bool
    /// Calls a minute instead of the usual limit of the class.
    package let quota: Int?

    package var logName: String { user?.description ?? "key" }

    var session: Session.ID? {
        switch credential {
        case .cookie(let id), .token(let id): id
        case .key, .application, .settings: nil
        }
    }

    /// Whether it is a program that somebody let do some of what they may themselves.
    var isProgram: Bool {
        switch credential {
        case .key, .application: true
        case .cookie, .token, .settings: false
        }
    }

    /// Whoever holds the key of the settings: they could as well change the settings.
    static let operator_ = Caller(
        credential: .settings,
        user: nil,
        role: .admin,
        permissions: Set(Permission.allCases.filter { !$0.needsPerson || $0 == .people }),
        reach: .everything,
        hasSecondFactor: true,
        quota: nil
    )
}

extension Caller {
    /// A key does no more than its owner may.
    init(_ key: APIKey, of owner: User) {
        var reach = owner.reach
        if let client = key.client { reach = reach.intersection(Reach(sites: nil, clients: [client])) }
        self.init(
            credential: .key(key.id),
            user: owner.id,
            role: owner.role,
            permissions: key.scopes.intersection(owner.role.permissions),
            reach: reach,
            // Whoever made it had shown one, where their role asks for it.
            hasSecondFactor: true,
            quota: key.quota
        )
    }
}

/// Which sites and clients somebody sees.
package struct Reach: Hashable, Codable, Sendable {
    /// `nil` for all; an empty list is none.
    package var sites: Set<UUIDv7>?
    package var clients: Set<String>?

    package init(sites: Set<UUIDv7>?, clients: Set<String>?) {
        self.sites = sites
        self.clients = clients
    }

    package static let everything = Reach(sites: nil, clients: nil)
    package static let nothing = Reach(sites: [], clients: [])

    package func covers(site: UUIDv7) -> Bool { sites?.contains(site) ?? true }
    /// What belongs to no site is for those who see all of them.
    package func sees(site: UUIDv7?) -> Bool { sites == nil || site.map { covers(site: $0) } ?? false }
    package func covers(client: String) -> Bool { clients?.contains(client) ?? true }

    /// What both cover: a key never reaches further than the person who made it.
    package func intersection(_ other: Reach) -> Reach {
        Reach(sites: Self.both(sites, other.sites), clients: Self.both(clients, other.clients))
    }

    private static func both<Value>(_ a: Set<Value>?, _ b: Set<Value>?) -> Set<Value>? {
        guard let a else { return b }
        return b.map(a.intersection) ?? a
    }
}
