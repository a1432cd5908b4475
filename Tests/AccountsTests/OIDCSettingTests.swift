import Core
import Testing

@testable import Accounts

/// The list of providers as operators write it.
@Suite("OIDC settings") struct OIDCSettingTests {
    private static let pem = """
        -----BEGIN PRIVATE KEY-----\\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPQbyUpoVZ5MesSwD\\n9+SMlWKv4UWEguRKtdGxswHzxB2hRANCAASvypC6/6dNcD61PLJY837iSc32W0Uu\\nKefBT35mFsL151cMTIG8UCTD98quplxQU6EJYqFeWNg1NdM3HJqeMVJk\\n-----END PRIVATE KEY-----\\n
        """

    @Test func `presets need no address, and others get what is usual`() throws {
        let list = try OIDCProvider.list(
            """
            [{"name": "google", "client_id": "g", "client_secret": "s"},
             {"name": "acme", "title": "Acme", "issuer": "https://id.acme.example/realms/a", "client_id": "h",
              "scopes": ["email"], "roles": {"staff": "analyst"}, "default_role": "viewer", "registration": "create"},
             {"name": "apple", "client_id": "a", "team_id": "T", "key_id": "K", "private_key": "\(Self.pem)"}]
            """
        )
        #expect(
            list.map(\.issuer) == [
                "https://accounts.google.com", "https://id.acme.example/realms/a", "https://appleid.apple.com",
            ]
        )
        #expect(list.map(\.title) == ["Google", "Acme", "Apple"])
        #expect(list.map(\.answersByForm) == [false, false, true])
        #expect(list[0].registration == .link && list[1].registration == .create)
        #expect(list[1].scopes == ["openid", "email"])
        #expect(list[1].role(of: ["x", "staff"]) == .analyst && list[1].role(of: []) == .viewer)
        #expect(list[0].role(of: ["staff"]) == nil && !list[0].mapsRoles)
        #expect(!String(reflecting: list).contains("\"s\"") && !"\(list[2])".contains("PRIVATE"))
    }

    @Test func `the secret of Apple is a token that our key signs anew`() throws {
        let list = try OIDCProvider.list(
            #"[{"name": "apple", "client_id": "a", "team_id": "T", "key_id": "K", "private_key": "\#(Self.pem)"}]"#
        )
        let now = Timestamp(secondsSince1970: 1_790_000_000)
        let secret = try #require(try list[0].currentSecret(at: now))
        let parts = secret.split(separator: ".")
        let text = parts.prefix(2).compactMap(\.base64URLBytes).map { String(decoding: $0, as: UTF8.self) }
        #expect(
            text == [
                #"{"alg":"ES256","kid":"K"}"#,
                #"{"aud":"https://appleid.apple.com","exp":1790000300,"iat":1790000000,"iss":"T","sub":"a"}"#,
            ]
        )
        let key = SignatureKey.p256(
            x: try #require("r8qQuv-nTXA-tTyyWPN-4knN9ltFLinnwU9-ZhbC9ec".base64URLBytes),
            y: try #require("VwxMgbxQJMP3yq6mXFBToQlioV5Y2DU10zccmp4xUmQ".base64URLBytes)
        )
        let message = Array(parts.prefix(2).joined(separator: ".").utf8)
        #expect(key.verifies(try #require(parts.last?.base64URLBytes), of: message))
    }

    @Test(arguments: [
        ("", "JSON array"), ("{}", "JSON array"), ("[7]", "entry 1"), ("[{}]", "entry 1: name is missing"),
        (#"[{"name": "google"}]"#, "entry 1 (google): client_id is missing"),
        (#"[{"name": "acme", "client_id": "x"}]"#, "issuer is missing"),
        (#"[{"name": "A b", "client_id": "x"}]"#, "name takes"),
        (#"[{"name": "google", "client_id": 7}]"#, "entry 1: client_id has the wrong type"),
        (#"[{"name": "google", "clientid": "x"}]"#, "entry 1: clientid is no field"),
        (#"[{"name": "google", "client_id": "x"}, {"name": "google", "client_id": "x"}]"#, "entry 2 (google): name"),
        (#"[{"name": "a", "client_id": "x", "issuer": "http://id.example"}]"#, "issuer takes"),
        (#"[{"name": "a", "client_id": "x", "issuer": "https://"}]"#, "issuer takes"),
        (#"[{"name": "a", "client_id": "x", "issuer": "http://localhost@evil.example"}]"#, "issuer takes"),
        (#"[{"name": "a", "client_id": "x", "issuer": "http://127.0.0.1.evil.example"}]"#, "issuer takes"),
        (#"[{"name": "google", "client_id": "x", "registration": "hush"}]"#, "registration takes"),
        (#"[{"name": "google", "client_id": "x", "default_role": "hush"}]"#, "default_role takes"),
        (#"[{"name": "google", "client_id": "x", "roles": {"a": "hush"}}]"#, "roles takes"),
        (#"[{"name": "apple", "client_id": "x", "private_key": "hush"}]"#, "private_key is not"),
        (#"[{"name": "apple", "client_id": "x", "team_id": "hush"}]"#, "private_key is missing"),
    ])
    func `what is wrong is said with its place and without its value`(text: String, complaint: String) {
        let fault = #expect(throws: OIDCSettingFault.self) { try OIDCProvider.list(text) }
        #expect(fault?.description.contains(complaint) == true, "\(fault?.description ?? "")")
        #expect(fault?.description.contains("hush") == false)
    }
}
