package import Core

/// A key for a program or a device, made by a person and never able to do more than they.
package struct APIKey: Hashable, Sendable {
    package typealias ID = Identifier<APIKey>

    package let id: ID
    package let owner: User.ID
    package let name: String
    /// What must stand in `X-Client-Id`; `nil` when any may, or none.
    package let client: String?
    package let scopes: Set<Permission>
    /// Calls a minute instead of the usual limit.
    package let quota: Int?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?
    package let lastUsedAt: Timestamp?
}
