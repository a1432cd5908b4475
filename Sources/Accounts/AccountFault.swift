/// Why accounts cannot be read or changed: for the operator.
package enum AccountFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The rows were written with another secret than the one in use.
    case otherSecret
    case noMemory

    package var description: String {
        switch self {
        case .otherSecret:
            "the accounts were sealed with another secret: restore secret.key of the data folder, or the setting secret_key"
        case .noMemory: "there is not enough memory to hash a password"
        }
    }
}
