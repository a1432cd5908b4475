package import Core
package import Database
package import HTTPServer
package import JobQueue

/// Accounts as the composition root sees them.
package struct AccountsFeature: Sendable {
    package let routes: [Route]
    package let services: [any Service]
    package let jobs: [JobHandler]
    package let schedules: [JobSchedule]

    package static let migrations = AccountsMigrations.all

    /// `send` hands a letter to the mail server; it is `nil` where there is none.
    package init(_ accounts: Accounts, send: SendLetter.Send?) {
        routes =
            RegistrationRoutes(accounts: accounts).all + SignInRoutes(accounts: accounts).all
            + PasswordRoutes(accounts: accounts).all + SecondFactorRoutes(accounts: accounts).all
            + SessionRoutes(accounts: accounts).all + InvitationRoutes(accounts: accounts).all
            + PeopleRoutes(accounts: accounts).all + KeyRoutes(accounts: accounts).all
            + AuditRoutes(audit: accounts.audit).all + OIDCRoutes(accounts: accounts).all
            + OIDCLinkRoutes(accounts: accounts).all
        services = [accounts.seen, CallersWatch(changed: accounts.changed)]
        jobs = [SendLetter(accounts: accounts, send: send).handler, AccountsUpkeep(accounts: accounts).handler]
        schedules = [AccountsUpkeep.schedule]
    }
}

/// Hears what other processes say about who may do what.
private struct CallersWatch: Service {
    let name = "callers"
    let changed: CallersChanged
    func run() async throws { await changed.listen() }
}
