import Core
import FoundationEssentials

extension OIDCProvider {
    /// Reads the list of providers as the setting has it: a JSON array of objects.
    ///
    /// - Throws: `OIDCSettingFault`, which names the entry and the field, and never a value.
    package static func list(_ text: String) throws(OIDCSettingFault) -> [OIDCProvider] {
        let entries: [OIDCEntry]
        do {
            entries = try JSONDecoder().decode([OIDCEntry].self, from: Data(text.utf8))
        } catch let fault as OIDCSettingFault {
            throw fault
        } catch let error as DecodingError {
            throw OIDCSettingFault(error)
        } catch {
            throw OIDCSettingFault("is not a JSON array of objects")
        }
        var providers: [OIDCProvider] = []
        for (index, entry) in entries.enumerated() {
            let place = "entry \(index + 1)" + (entry.texts[.name].map { " (\($0.prefix(40)))" } ?? "")
            do {
                let provider = try entry.provider()
                guard !providers.contains(where: { $0.name == provider.name }) else {
                    throw OIDCSettingFault("name stands twice")
                }
                guard !providers.contains(where: { $0.issuer == provider.issuer }) else {
                    throw OIDCSettingFault("issuer stands twice")
                }
                providers.append(provider)
            } catch {
                throw OIDCSettingFault("\(place): \(error)")
            }
        }
        return providers
    }
}

/// What is wrong with the list of providers.
package struct OIDCSettingFault: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }

    init(_ error: DecodingError) {
        let path: [any CodingKey]
        switch error {
        case .keyNotFound(_, let context), .valueNotFound(_, let context), .typeMismatch(_, let context),
            .dataCorrupted(let context):
            path = context.codingPath
        @unknown default: path = []
        }
        guard !path.isEmpty else {
            self.init("is not a JSON array of objects")
            return
        }
        let words = path.map { key in key.intValue.map { "entry \($0 + 1)" } ?? key.stringValue }
        self.init(words.joined(separator: ": ") + " has the wrong type")
    }
}

/// One entry of the list, as it was written.
struct OIDCEntry: Decodable {
    enum Field: String, CodingKey, CaseIterable {
        case name, title, issuer, scopes, roles, registration
        case clientID = "client_id"
        case clientSecret = "client_secret"
        case teamID = "team_id"
        case keyID = "key_id"
        case privateKey = "private_key"
        case groupsClaim = "groups_claim"
        case defaultRole = "default_role"
    }

    private struct AnyField: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    var texts: [Field: String] = [:]
    var scopes: [String]?
    var roles: [String: String] = [:]

    init(from decoder: any Decoder) throws {
        let known = Set(Field.allCases.map(\.rawValue))
        let stranger = try decoder.container(keyedBy: AnyField.self).allKeys.map(\.stringValue).first {
            !known.contains($0)
        }
        if let stranger {
            let place = decoder.codingPath.first?.intValue.map { "entry \($0 + 1): " } ?? ""
            throw OIDCSettingFault(
                "\(place)\(stranger.prefix(40)) is no field; there are \(known.sorted().joined(separator: ", "))"
            )
        }
        let fields = try decoder.container(keyedBy: Field.self)
        for field in Field.allCases where field != .scopes && field != .roles {
            texts[field] = try fields.decodeIfPresent(String.self, forKey: field)
        }
        scopes = try fields.decodeIfPresent([String].self, forKey: .scopes)
        roles = try fields.decodeIfPresent([String: String].self, forKey: .roles) ?? [:]
    }

    func provider() throws(OIDCSettingFault) -> OIDCProvider {
        let name = try demand(.name)
        guard (1...32).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNamePart) else {
            throw OIDCSettingFault("name takes up to 32 of a to z, 0 to 9 and -")
        }
        let preset = OIDCPreset(rawValue: name)
        guard let issuer = texts[.issuer] ?? preset?.issuer else { throw OIDCSettingFault("issuer is missing") }
        guard OIDCAddress.isTrusted(issuer), !issuer.contains("?") else {
            throw OIDCSettingFault("issuer takes an https address without a query, or http on this machine itself")
        }
        let own = preset?.issuer == issuer ? preset : nil
        guard let registration = OIDCProvider.Registration(rawValue: texts[.registration] ?? "link") else {
            throw OIDCSettingFault("registration takes link or create")
        }
        return OIDCProvider(
            name: name,
            title: texts[.title] ?? own?.title ?? name,
            issuer: issuer,
            clientID: try demand(.clientID),
            secret: try secret(),
            scopes: try wantedScopes(own),
            groupsClaim: texts[.groupsClaim] ?? "groups",
            roles: try mapping(),
            defaultRole: try texts[.defaultRole].map { text throws(OIDCSettingFault) in
                try Self.role(text, "default_role")
            },
            registration: registration
        )
    }

    private func demand(_ field: Field) throws(OIDCSettingFault) -> String {
        guard let text = texts[field], !text.isEmpty else { throw OIDCSettingFault("\(field.rawValue) is missing") }
        return text
    }

    private func secret() throws(OIDCSettingFault) -> OIDCProvider.Secret {
        let parts: [Field] = [.teamID, .keyID, .privateKey]
        guard parts.contains(where: { texts[$0] != nil }) else {
            return texts[.clientSecret].map { $0.isEmpty ? .none : .text($0) } ?? .none
        }
        guard texts[.clientSecret] == nil else {
            throw OIDCSettingFault("client_secret and private_key exclude each other")
        }
        guard let key = ES256Signer(pem: try demand(.privateKey)) else {
            throw OIDCSettingFault("private_key is not a P-256 key in PEM without a passphrase")
        }
        return .key(key, team: try demand(.teamID), id: try demand(.keyID))
    }

    private func wantedScopes(_ preset: OIDCPreset?) throws(OIDCSettingFault) -> [String] {
        let scopes = scopes ?? preset?.scopes ?? ["openid", "email", "profile"]
        guard scopes.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw OIDCSettingFault("scopes takes words without blanks")
        }
        return scopes.contains("openid") ? scopes : ["openid"] + scopes
    }

    private func mapping() throws(OIDCSettingFault) -> [String: Role] {
        var mapped: [String: Role] = [:]
        for (group, text) in roles { mapped[group] = try Self.role(text, "roles") }
        return mapped
    }

    private static func role(_ text: String, _ field: String) throws(OIDCSettingFault) -> Role {
        guard let role = Role(rawValue: text) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw OIDCSettingFault("\(field) takes the roles \(known)")
        }
        return role
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x2D: true
        default: false
        }
    }
}
