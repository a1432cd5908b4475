package import Database
import Accounts
import Diagnosis
import JobQueue
import ObjectStore

/// What every feature adds to the program, in one list each.
package enum Features {
    package static let migrations: [Migration] =
        JobMigrations.all + AccountsFeature.migrations + DiagnosisFeature.migrations

    /// Who acts on which fact.
    static let subscriptions: [FactSubscription] = []

    /// Which objects the rows refer to.
    static func objects(of database: Database) -> [ObjectClaim] { DiagnosisFeature.objects(of: database) }

    /// The indexes of words that migrations make: each of them, because their rows are made anew and not copied.
    package static let indexes: [FullTextIndex] = []
}
