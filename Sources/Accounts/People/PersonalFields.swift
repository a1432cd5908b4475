import Core

/// How names and addresses of people are written into rows: sealed where the operator set a secret, as they are otherwise.
package struct PersonalFields: Sendable {
    private let box: SealedBox
    private let seals: Bool
    private let codeKey: [UInt8]

    init(_ secret: MasterSecret, seals: Bool) {
        box = SealedBox(key: secret.key(for: "personal fields"))
        self.seals = seals
        codeKey = secret.key(for: "e-mail codes")
    }

    /// Finds an address again without telling it.
    func code(of email: EmailAddress) -> [UInt8] { HMACSHA256.code(of: Array(email.folded.utf8), key: codeKey) }

    func written(_ text: String, for place: String) -> String {
        guard seals else { return Self.plain + text }
        return Self.sealed + box.seal(Array(text.utf8), for: place).base64URL
    }

    /// Reads what was written sealed or not, so that the operator may begin to seal at any time.
    ///
    /// - Throws: `AccountFault.otherSecret`.
    func read(_ text: String, for place: String) throws(AccountFault) -> String {
        if text.hasPrefix(Self.plain) { return String(text.dropFirst()) }
        guard let bytes = text.dropFirst().base64URLBytes, let content = box.open(bytes, for: place),
            let text = String(validating: content, as: UTF8.self)
        else { throw .otherSecret }
        return text
    }

    private static let plain = "="
    private static let sealed = "*"
}
