import Core
import Testing

/// The examples of RFC 7515 (A.2 and A.3), and what must not pass for one.
@Suite("Signatures of others") struct SignatureKeyTests {
    private static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    private struct Example {
        let key: SignatureKey
        let message: [UInt8]
        let signature: [UInt8]
    }

    private func rsa() throws -> Example {
        let modulus =
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS"
            + "-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2"
            + "R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PA"
            + "cDTW9gb54h4FRWyuXpoQ"
        let signature =
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUA"
            + "r7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_"
            + "dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
            + "p0igcN_IoypGlUPQGe77Rw"
        return Example(
            key: .rsa(modulus: try #require(modulus.base64URLBytes), exponent: [1, 0, 1]),
            message: Array("eyJhbGciOiJSUzI1NiJ9.\(Self.payload)".utf8),
            signature: try #require(signature.base64URLBytes)
        )
    }

    private func p256() throws -> Example {
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        return Example(
            key: .p256(
                x: try #require("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU".base64URLBytes),
                y: try #require("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0".base64URLBytes)
            ),
            message: Array("eyJhbGciOiJFUzI1NiJ9.\(Self.payload)".utf8),
            signature: try #require(signature.base64URLBytes)
        )
    }

    @Test func `the examples of the standard are good, and only as they are`() throws {
        for example in [try rsa(), try p256()] {
            #expect(example.key.verifies(example.signature, of: example.message))
            for place in [0, 31, 32, example.signature.count - 1] {
                var changed = example.signature
                changed[place] ^= 1
                #expect(!example.key.verifies(changed, of: example.message))
            }
            #expect(!example.key.verifies(example.signature, of: example.message + [0]))
            #expect(!example.key.verifies(example.signature.dropLast(), of: example.message))
            #expect(!example.key.verifies(example.signature + [0], of: example.message))
            #expect(!example.key.verifies([], of: example.message))
            #expect(!example.key.verifies([UInt8](repeating: 0, count: example.signature.count), of: example.message))
        }
        #expect(try !rsa().key.verifies(p256().signature, of: p256().message))
    }

    @Test func `weak keys and points beside the curve sign nothing`() throws {
        let (rsa, p256) = (try rsa(), try p256())
        guard case .rsa(let modulus, _) = rsa.key, case .p256(let x, let y) = p256.key else { return }
        for key: SignatureKey in [
            .rsa(modulus: modulus, exponent: []), .rsa(modulus: modulus, exponent: [1]),
            .rsa(modulus: modulus, exponent: [2]), .rsa(modulus: modulus, exponent: [UInt8](repeating: 1, count: 9)),
            .rsa(modulus: Array(modulus.prefix(128)), exponent: [1, 0, 1]), .rsa(modulus: [], exponent: [1, 0, 1]),
            .rsa(modulus: [UInt8](repeating: 0xFF, count: 4_096), exponent: [1, 0, 1]),
        ] {
            #expect(!key.verifies(rsa.signature, of: rsa.message))
        }
        for key: SignatureKey in [
            .p256(x: y, y: x), .p256(x: x, y: []), .p256(x: [0] + x, y: y),
            .p256(x: [UInt8](repeating: 0, count: 32), y: [UInt8](repeating: 0, count: 32)),
        ] {
            #expect(!key.verifies(p256.signature, of: p256.message))
        }
    }

    /// Made for this test alone.
    private static let pem = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPQbyUpoVZ5MesSwD
        9+SMlWKv4UWEguRKtdGxswHzxB2hRANCAASvypC6/6dNcD61PLJY837iSc32W0Uu
        KefBT35mFsL151cMTIG8UCTD98quplxQU6EJYqFeWNg1NdM3HJqeMVJk
        -----END PRIVATE KEY-----
        """

    @Test func `a key of ours signs what its other half verifies`() throws {
        let signer = try #require(ES256Signer(pem: Self.pem))
        let key = SignatureKey.p256(
            x: try #require("r8qQuv-nTXA-tTyyWPN-4knN9ltFLinnwU9-ZhbC9ec".base64URLBytes),
            y: try #require("VwxMgbxQJMP3yq6mXFBToQlioV5Y2DU10zccmp4xUmQ".base64URLBytes)
        )
        for round in 0..<20 {
            let message = Array("message \(round)".utf8)
            let signature = try #require(signer.sign(message))
            #expect(signature.count == 64)
            #expect(key.verifies(signature, of: message))
            #expect(!key.verifies(signature, of: message + [0]))
        }
        #expect(ES256Signer(pem: "no key") == nil)
        #expect(ES256Signer(pem: "") == nil)
    }
}
