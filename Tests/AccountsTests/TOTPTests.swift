import Database
import Core
import Testing

@testable import Accounts

@Suite("Codes of second factors") struct TOTPTests {
    /// RFC 6238, appendix B: the last six of its eight digits.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func `the published codes come out`(seconds: Int64, code: String) {
        let totp = TOTP(secret: Array("12345678901234567890".utf8))
        #expect(totp.code(at: seconds / 30) == code)
        #expect(totp.step(of: code, at: Timestamp(microseconds: seconds * 1_000_000), after: nil) == seconds / 30)
    }

    @Test func `a code is good for its step and those beside it, once`() {
        let totp = TOTP.random()
        let now = Timestamp(secondsSince1970: 1_790_000_010)
        let step = now.microseconds / 30_000_000
        for near in step - 1...step + 1 {
            #expect(totp.step(of: totp.code(at: near), at: now, after: nil) == near)
            #expect(totp.step(of: totp.code(at: near), at: now, after: near) == nil, "used")
        }
        for far in [step - 2, step + 2] { #expect(totp.step(of: totp.code(at: far), at: now, after: nil) == nil) }
        for wrong in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            #expect(totp.step(of: wrong, at: now, after: nil) == nil)
        }
    }

    /// RFC 4648, section 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI"),
    ])
    func `secrets are written in base 32`(text: String, written: String) {
        #expect(TOTP(secret: Array(text.utf8)).base32 == written)
    }

    @Test(arguments: Village.Engine.allCases)
    func `it counts from its first code on, and a recovery code opens once`(engine: Village.Engine) async throws {
        try await Village.with(engine) { village in
            let user = try await village.person()
            let factors = village.accounts.factors
            let totp = try await village.database.write { try await factors.begin(user.id, in: $0) }
            _ = try await village.signIn()
            let code = { totp.code(at: village.time.now.microseconds / 30_000_000) }
            let first = code()
            let isTaken = try await village.database.write { try await factors.takes(first, of: user.id, in: $0) }
            #expect(isTaken)
            let codes = try await village.database.write { try await factors.newRecoveryCodes(of: user.id, in: $0) }
            #expect(Set(codes).count == 10)
            await expectRefusal(401, "code-needed") { try await village.signIn() }
            await expectRefusal(401, "wrong-code") { try await village.signIn(code: first) }
            village.time.move(.seconds(60))
            let session = try await village.signIn(code: code())
            #expect(session.session.hasSecondFactor)
            let recovery = try #require(codes.first).uppercased().replacing("-", with: " ")
            _ = try await village.signIn(code: recovery)
            await expectRefusal(401, "wrong-code") { try await village.signIn(code: recovery) }
        }
    }
}
