package import Database
import Diagnosis

/// What every feature adds to the program, in one list each.
package enum Features {
    package static let migrations: [Migration] = DiagnosisFeature.migrations
}
