package import Core
package import Database
package import HTTPServer
package import JobQueue

/// Accounts as the composition root sees them.
package struct AccountsFeature: Sendable {
    package let routes: [Route]
    package let services: [any Service]
    package let jobs: [JobHandler]

    package static let migrations = AccountsMigrations.all + ConsentMigrations.all

    /// `send` hands a letter to the mail server; it is `nil` where there is none.
    package init(_ privacy: Privacy, send: SendLetter.Send?) {
        let accounts = privacy.accounts
        routes =
            RegistrationRoutes(accounts: accounts).all + SignInRoutes(accounts: accounts).all
            + PasswordRoutes(accounts: accounts).all + SecondFactorRoutes(accounts: accounts).all
            + SessionRoutes(accounts: accounts).all + InvitationRoutes(accounts: accounts).all
            + PeopleRoutes(privacy: privacy).all + KeyRoutes(accounts: accounts).all
            + OAuthRoutes(accounts: accounts).all + OAuthClientRoutes(accounts: accounts).all
            + OAuthGrantRoutes(accounts: accounts).all
            + AuditRoutes(audit: accounts.audit).all + ConsentRoutes(privacy: privacy).all
            + PrivacyRoutes(privacy: privacy).all
            + OIDCRoutes(accounts: accounts).all + OIDCLinkRoutes(accounts: accounts).all
        services = [accounts.seen, CallersWatch(changed: accounts.changed)]
        jobs = [SendLetter(accounts: accounts, send: send).handler, privacy.eraser, privacy.remover]
    }
}

/// Hears what other processes say about who may do what.
private struct CallersWatch: Service {
    let name = "callers"
    let changed: CallersChanged
    func run() async throws { await changed.listen() }
}
