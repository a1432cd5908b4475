import Accounts
import Alerts
import Core
package import Database
import Diagnosis
import JobQueue
import ObjectStore
import Wildlife

/// What every feature adds to the program, in one list each.
package enum Features {
    package static let migrations: [Migration] =
        JobMigrations.all + AccountsFeature.migrations + DiagnosisFeature.migrations + WildlifeFeature.migrations
        + AlertsFeature.migrations

    /// Who acts on which fact.
    static let subscriptions: [FactSubscription] = DiagnosisFeature.subscriptions + AlertsFeature.subscriptions

    /// Which objects the rows refer to.
    static func objects(of database: Database) -> [ObjectClaim] {
        DiagnosisFeature.objects(of: database) + WildlifeFeature.objects(of: database)
    }

    /// What every feature keeps about people.
    static func privacy(_ kit: Kit) -> Privacy {
        Privacy(
            kit.accounts,
            others: [
                DiagnosisFeature.personalData(kit.database, kit.objects), WildlifeFeature.personalData(kit.database),
                AlertsFeature.personalData(kit.accounts.users, secret: kit.secret),
            ],
            objects: kit.objects,
            claims: objects(of: kit.database)
        )
    }

    /// What goes by itself after its time.
    static func retained(_ kit: Kit) -> [any Retainable] {
        let diagnosis = DiagnosisFeature.retained(
            kit.database,
            kit.objects,
            consents: kit.accounts.consents,
            queue: kit.queue
        )
        let logs = kit.configuration.logFile.map { OldLogFiles(file: $0) as any Retainable }
        return privacy(kit).retained + diagnosis + AlertsFeature.retained(kit.database) + [logs].compactMap(\.self)
    }

    /// The indexes of words that migrations make: each of them, because their rows are made anew and not copied.
    package static let indexes: [FullTextIndex] = []
}
