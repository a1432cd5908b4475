/// Why somebody could not sign in with a provider: for the operator's log, without secrets and names of people.
struct OIDCFault: Error, Hashable, CustomStringConvertible {
    enum Code: Hashable, Sendable {
        /// The provider cannot be reached, or answers nothing that could be understood.
        case unavailable
        /// What it says cannot be believed.
        case untrusted
        /// It refused the code.
        case refused
    }

    let code: Code
    let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func untrusted(_ reason: String) -> OIDCFault { OIDCFault(.untrusted, reason) }
}
