import Core
import Testing

@testable import Accounts

@Suite("Access tokens") struct AccessTokenTests {
    private let key = SigningKeys.Key(id: .next(), secret: [UInt8](repeating: 7, count: 32))
    private let now = Timestamp(secondsSince1970: 1_790_000_000)

    private func verified(_ text: String, at moment: Timestamp? = nil) async throws -> AccessToken? {
        try await AccessToken.verified(text, at: moment ?? now) { $0 == key.id ? key : nil }
    }

    private func token(life: Duration = .seconds(900)) -> AccessToken {
        AccessToken(user: .next(), session: .next(), at: now, life: life)
    }

    /// A token with any header and claims, signed with our key all the same.
    private func forged(_ header: String, _ claims: String, key: [UInt8]? = nil) -> String {
        let text = Array(header.utf8).base64URL + "." + Array(claims.utf8).base64URL
        return text + "." + HMACSHA256.code(of: Array(text.utf8), key: key ?? self.key.secret).base64URL
    }

    private func claims(iat: Int, exp: Int, iss: String = "hedgerow") -> String {
        #"{"exp":\#(exp),"iat":\#(iat),"iss":"\#(iss)","sid":"\#(UUIDv7.next())","sub":"\#(UUIDv7.next())"}"#
    }

    private var header: String { #"{"alg":"HS256","kid":"\#(key.id)","typ":"JWT"}"# }
    private var seconds: Int { Int(now.secondsSince1970) }

    @Test func `one of ours is believed until its time is over`() async throws {
        let token = token()
        let text = try token.signed(with: key)
        #expect(try await verified(text) == token)
        #expect(try await verified(text, at: now + .seconds(899)) == token)
        #expect(try await verified(text, at: now + .seconds(900)) == nil)
    }

    @Test func `no setting makes one live longer than a day`() async throws {
        let token = token(life: .seconds(10 * 86_400))
        #expect(token.expiresAt - token.issuedAt == 86_400)
    }

    @Test func `what others made is not believed`() async throws {
        let good = claims(iat: seconds, exp: seconds + 900)
        #expect(try await verified(forged(header, good)) != nil, "the forge itself works")
        let other = [UInt8](repeating: 8, count: 32)
        let parts = try token().signed(with: key).split(separator: ".").map(String.init)
        let bad = [
            "of another key": forged(header, good, key: other),
            "alg none": Array(#"{"alg":"none","kid":"\#(key.id)","typ":"JWT"}"#.utf8).base64URL + "."
                + Array(good.utf8).base64URL + ".",
            "alg none, signed": forged(#"{"alg":"none","kid":"\#(key.id)","typ":"JWT"}"#, good),
            "another algorithm": forged(#"{"alg":"HS512","kid":"\#(key.id)","typ":"JWT"}"#, good),
            "an unknown key": forged(#"{"alg":"HS256","kid":"\#(UUIDv7.next())","typ":"JWT"}"#, good),
            "no key": forged(#"{"alg":"HS256","typ":"JWT"}"#, good),
            "of the future": forged(header, claims(iat: seconds + 3_600, exp: seconds + 4_000)),
            "over": forged(header, claims(iat: seconds - 900, exp: seconds)),
            "of a long life": forged(header, claims(iat: seconds, exp: seconds + 90_000)),
            "of another issuer": forged(header, claims(iat: seconds, exp: seconds + 900, iss: "elsewhere")),
            "of no times": forged(header, #"{"iss":"hedgerow","sid":"\#(UUIDv7.next())","sub":"\#(UUIDv7.next())"}"#),
            "without a signature": "\(parts[0]).\(parts[1]).",
            "two parts": "\(parts[0]).\(parts[1])",
            "four parts": parts.joined(separator: ".") + ".x",
            "padded": parts.joined(separator: ".") + "=",
            "empty": "",
            "huge": String(repeating: "a", count: 5_000),
        ]
        for (what, text) in bad { #expect(try await verified(text) == nil, "\(what)") }
    }

    @Test func `no letter of one can be another`() async throws {
        let text = Array(try token().signed(with: key).utf8)
        for index in text.indices {
            var changed = text
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(try await verified(String(decoding: changed, as: UTF8.self)) == nil, "at \(index)")
        }
    }

    @Test(arguments: Village.Engine.allCases)
    func `two keys live at once, and the old one ends with its last token`(engine: Village.Engine) async throws {
        try await Village.with(engine) { village in
            let keys = village.accounts.signingKeys
            let user = try await village.person()
            let first = try await keys.current()
            let old = AccessToken(user: user.id, session: .next(), at: village.time.now, life: .seconds(86_400))
            let text = try old.signed(with: first)
            village.time.move(.seconds(100))
            try await keys.rotate()
            let second = try await keys.current()
            #expect(second.id != first.id)
            #expect(try await AccessToken.verified(text, at: village.time.now) { try await keys.key($0) } == old)
            village.time.move(.seconds(86_500))
            #expect(try await keys.key(first.id) == nil)
            #expect(try await keys.key(second.id) != nil)
        }
    }

    @Test func `another secret is noticed before anybody signs in`() async throws {
        try await Village.with { village in
            try await village.accounts.checkSecret()
            let other = SigningKeys(
                village.database,
                secret: MasterSecret(text: "another one"),
                clock: village.time.clock
            )
            await #expect(throws: AccountFault.otherSecret) { try await other.current() }
        }
    }
}
