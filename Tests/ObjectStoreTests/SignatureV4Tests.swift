import Core
import Testing

@testable import ObjectStore

/// The examples that AWS publishes under "Authenticating Requests (AWS Signature Version 4)" of the S3 reference.
@Suite("Signature Version 4") struct SignatureV4Tests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let method: String
        var path = "/"
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body = ""
        /// The SHA-256 of the canonical request.
        let canonical: String
        let signature: String
        let signed: String

        var request: SignatureV4.Request {
            SignatureV4.Request(
                method: method,
                path: path,
                query: query,
                headers: [("Host", "examplebucket.s3.amazonaws.com")] + headers,
                payload: SHA256(of: body.utf8).description
            )
        }
    }

    private static let examples: [Example] = [
        Example(
            testDescription: "GET with a range",
            method: "GET",
            path: "/test.txt",
            headers: [("Range", "bytes=0-9")],
            canonical: "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            signed: "host;range;x-amz-content-sha256;x-amz-date"
        ),
        Example(
            testDescription: "PUT",
            method: "PUT",
            path: "/test%24file.text",
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            body: "Welcome to Amazon S3.",
            canonical: "9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            signed: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class"
        ),
        Example(
            testDescription: "GET of a sub-resource",
            method: "GET",
            query: [("lifecycle", "")],
            canonical: "9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca",
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
            signed: "host;x-amz-content-sha256;x-amz-date"
        ),
        Example(
            testDescription: "GET of a list",
            method: "GET",
            query: [("prefix", "J"), ("max-keys", "2")],
            canonical: "df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            signed: "host;x-amz-content-sha256;x-amz-date"
        ),
    ]

    private let moment = Timestamp("2013-05-24T00:00:00Z") ?? Timestamp(microseconds: 0)
    private let signer = SignatureV4(
        credentials: S3Credentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE",
            secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        ),
        region: "us-east-1"
    )

    @Test("The published canonical requests and signatures come out", arguments: examples)
    func published(example: Example) {
        var whole = example.request
        whole.headers += [("x-amz-date", "20130524T000000Z"), ("x-amz-content-sha256", example.request.payload)]
        #expect(SHA256(of: signer.canonical(whole).utf8).description == example.canonical)
        let headers = signer.headers(for: example.request, at: moment)
        #expect(
            headers.first { $0.name == "Authorization" }?.value
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=\(example.signed), Signature=\(example.signature)"
        )
    }

    @Test("The documentation's GET example is written line by line") func lines() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        var request = Self.examples[0].request
        request.headers += [("x-amz-date", "20130524T000000Z"), ("x-amz-content-sha256", empty)]
        let canonical = signer.canonical(request)
        #expect(
            canonical == """
                GET
                /test.txt

                host:examplebucket.s3.amazonaws.com
                range:bytes=0-9
                x-amz-content-sha256:\(empty)
                x-amz-date:20130524T000000Z

                host;range;x-amz-content-sha256;x-amz-date
                \(empty)
                """
        )
        #expect(
            signer.stringToSign(canonical, at: moment) == """
                AWS4-HMAC-SHA256
                20130524T000000Z
                20130524/us-east-1/s3/aws4_request
                7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972
                """
        )
    }

    @Test("The published presigned address comes out") func presigned() {
        let request = SignatureV4.Request(
            method: "GET",
            path: "/test.txt",
            headers: [("host", "examplebucket.s3.amazonaws.com")],
            payload: SignatureV4.unsignedPayload
        )
        #expect(
            signer.presignedQuery(for: request, seconds: 86_400, at: moment)
                == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        )
    }

    @Test("Temporary credentials send their token, signed") func token() {
        let signer = SignatureV4(
            credentials: S3Credentials(accessKey: "A", secretKey: "B", sessionToken: "T"),
            region: "eu-1"
        )
        let headers = signer.headers(for: Self.examples[0].request, at: moment)
        #expect(headers.contains { $0.name == "x-amz-security-token" && $0.value == "T" })
        #expect(headers.last?.value.contains("x-amz-date;x-amz-security-token,") == true)
        let query = signer.presignedQuery(for: Self.examples[0].request, seconds: 1, at: moment)
        #expect(query.contains("X-Amz-Security-Token=T"))
    }

    @Test("Credentials do not print") func hidden() {
        let credentials = S3Credentials(accessKey: "AKIA1", secretKey: "verysecret", sessionToken: "tokentoken")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("AKIA1") && !text.contains("secret") && !text.contains("token"), "\(text)")
        }
    }
}
