package import Core
import Database
package import ObjectStore

/// What all features keep about people: handed over, counted, erased.
package struct Privacy: Sendable {
    let accounts: Accounts
    let own: AccountsData
    /// Of the other features.
    let others: [any PersonalData]
    let objects: any ObjectStore
    let claims: [ObjectClaim]

    package init(_ accounts: Accounts, others: [any PersonalData], objects: any ObjectStore, claims: [ObjectClaim]) {
        self.accounts = accounts
        own = AccountsData(accounts: accounts)
        self.others = others
        self.objects = objects
        self.claims = claims
    }

    /// Of all features.
    package var parts: [any PersonalData] { [own as any PersonalData] + others }

    /// What goes by itself after its time.
    package var retained: [any Retainable] {
        [
            OverSessions(sessions: accounts.sessions), OverLinks(accounts: accounts),
            OverGrants(grants: accounts.grants),
            OldAddresses(audit: accounts.audit), LeavingPeople(privacy: self, reason: .asked),
            InactiveWarnings(accounts: accounts), LeavingPeople(privacy: self, reason: .inactive),
        ]
    }
}
