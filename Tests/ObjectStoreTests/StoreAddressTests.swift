import Foundation
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Addresses of stores") struct StoreAddressTests {
    @Test(
        "Places are read, and said without secrets",
        arguments: [
            ("file:/srv/objects", "files in /srv/objects"), ("file:///srv/objects", "files in /srv/objects"),
            ("s3://photos", "bucket photos at s3.us-east-1.amazonaws.com"),
            (
                "s3://photos/garden/a?region=eu-central-1",
                "bucket photos at s3.eu-central-1.amazonaws.com, below garden/a/"
            ),
            (
                "s3://photos/?endpoint=http://127.0.0.1:9000&style=path&access_key=hush&secret_key=hush%2F",
                "bucket photos at 127.0.0.1:9000"
            ),
        ]
    )
    func reads(text: String, place: String) throws {
        let address = try StoreAddress(text)
        #expect("\(address)" == place)
        #expect(!String(reflecting: address).contains("hush"))
    }

    @Test("Keys in an address are its own, escapes resolved") func credentials() throws {
        let address = try StoreAddress("s3://photos?access_key=A&secret_key=a%2Fb%2Bc&session_token=t")
        guard case .s3(_, let credentials) = address else {
            Issue.record("no S3 address")
            return
        }
        #expect(credentials == S3Credentials(accessKey: "A", secretKey: "a/b+c", sessionToken: "t"))
        guard case .s3(_, nil) = try StoreAddress("s3://photos") else {
            Issue.record("credentials from nowhere")
            return
        }
    }

    @Test(
        "Each style puts the bucket where it belongs",
        arguments: [
            ("s3://photos?style=host", "https://photos.s3.us-east-1.amazonaws.com", "/a/b%20c"),
            ("s3://photos?style=path", "https://s3.us-east-1.amazonaws.com", "/photos/a/b%20c"),
            ("s3://my.photos", "https://s3.us-east-1.amazonaws.com", "/my.photos/a/b%20c"),
            ("s3://photos?endpoint=https://minio.example:9000/", "https://minio.example:9000", "/photos/a/b%20c"),
            ("s3://photos?endpoint=http://[::1]:9000&style=host", "http://photos.[::1]:9000", "/a/b%20c"),
        ]
    )
    func styles(text: String, origin: String, path: String) throws {
        guard case .s3(let location, _) = try StoreAddress(text) else {
            Issue.record("no S3 address")
            return
        }
        #expect(location.origin == origin)
        #expect(location.path(of: "a/b c") == path)
    }

    @Test("The region comes from the address, then from the environment")
    func region() throws {
        let cases = [
            ("s3://photos?region=eu-1", ["AWS_REGION": "x-1"], "eu-1"), ("s3://photos", ["AWS_REGION": "x-1"], "x-1"),
            ("s3://photos", ["AWS_DEFAULT_REGION": "y-1"], "y-1"), ("s3://photos", [:], "us-east-1"),
        ]
        for (text, environment, region) in cases {
            guard case .s3(let location, _) = try StoreAddress(text, environment: environment) else { continue }
            #expect(location.region == region)
        }
    }

    @Test(
        "A place within another one is known as such",
        arguments: [
            ("file:/a/b", "file:/a/b", true), ("file:/a/b/", "file:/a", true), ("file:/a/bc", "file:/a/b", false),
            ("file:/a", "file:/a/b", false), ("s3://photos/x/y", "s3://photos/x", true),
            ("s3://photos/xy", "s3://photos/x", false), ("s3://photos/x", "s3://photos", true),
            ("s3://photos", "s3://photos/x", false), ("s3://others/x", "s3://photos", false),
            ("s3://photos/x?endpoint=http://a", "s3://photos", false), ("file:/photos", "s3://photos", false),
        ]
    )
    func within(inner: String, outer: String, isWithin: Bool) throws {
        #expect(try StoreAddress(inner).lies(within: StoreAddress(outer)) == isWithin)
    }

    @Test("A folder is known under the name of a link too") func link() async throws {
        try await withTemporaryDirectory { folder in
            let (real, link) = (folder + "/real", folder + "/link")
            try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
            #expect(try StoreAddress("file:" + link).lies(within: StoreAddress("file:" + real)))
        }
    }

    @Test(
        "What cannot be meant is refused without repeating it",
        arguments: [
            "", "/srv", "file:", "http://hush", "s3://", "s3://ab", "s3://Hush", "s3://a..b", "s3://-ab",
            "s3://photos/../hush", "s3://photos/a b", "s3://photos?style=hush", "s3://photos?endpoint=ftp://hush",
            "s3://photos?endpoint=http://", "s3://photos?endpoint=http://a/hush", "s3://photos?region=",
            "s3://photos?hush=1", "s3://photos?access_key=hush", "s3://photos?secret_key=hush", "s3://photos?style",
            "s3://photos?style=path&style=path", "s3://photos?region=%zz",
            "s3://photos?endpoint=http://user:hush@host",
        ]
    )
    func refuses(text: String) {
        let fault = #expect(throws: StoreAddressFault.self) { try StoreAddress(text) }
        #expect(fault?.description.lowercased().contains("hush") == false)
    }
}
