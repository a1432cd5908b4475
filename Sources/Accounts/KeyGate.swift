import Core
package import HTTPServer

/// Decides who may pass while there are no accounts: anyone, or whoever holds the one key of the settings.
package struct KeyGate: Sendable {
    private let key: [UInt8]?
    private let allowsAnonymousPrediction: Bool
    private let rates: RateGate

    /// Without a key nobody can sign in, and what asks for it stays closed.
    package init(key: String?, allowsAnonymousPrediction: Bool, rates: RateGate = RateGate(nil, shared: nil)) {
        self.key = key.map { Array($0.utf8) }
        self.allowsAnonymousPrediction = allowsAnonymousPrediction
        self.rates = rates
    }

    /// The gatekeeper for an `HTTPServer`.
    package func admit(_ access: Access, _ request: Request) async throws -> Admission {
        let keys = request.headers.all("x-api-key")
        guard keys.count <= 1 else { throw Problem.badRequest("The request has several X-API-Key fields.") }
        let holder = try holder(of: keys.first)
        switch access {
        case .anyone: break
        case .loopback:
            guard request.isLocal else {
                throw Problem.forbidden("This address answers callers on the server's own machine only.")
            }
        case .predict:
            guard holder != nil || allowsAnonymousPrediction else { throw Self.signIn }
        default:
            guard holder != nil else { throw Self.signIn }
        }
        return Admission(principal: holder, headers: try await rates.admit(request, holder))
    }

    private static let signIn = Problem.unauthorized(
        "This call needs a key: send it in the X-API-Key header.",
        challenge: "APIKey realm=\"hedgerow\""
    )

    /// A wrong key is refused even where none is needed, or a mistyped one would pass unnoticed.
    private func holder(of header: String?) throws -> KeyHolder? {
        guard let header else { return nil }
        guard let key, constantTimeEqual(key, Array(header.utf8)) else {
            throw Problem.unauthorized(
                "The key in X-API-Key is not known here.",
                challenge: "APIKey realm=\"hedgerow\""
            )
        }
        return KeyHolder()
    }
}

/// Whoever holds the key of the settings.
package struct KeyHolder: Principal {
    package let logName = "key"
}

extension Access {
    /// To have pictures read: anyone may, unless the operator closed it.
    package static let predict = Access("predict")

    /// To look after the server itself.
    package static let admin = Access("admin")
}
