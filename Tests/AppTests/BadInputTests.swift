import Foundation
import TestSupport
import Testing

/// Pictures and forms that must be refused in words, and leave the server as it was.
struct BadInputTests {
    struct BadPicture: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let status: Int
        var testDescription: String { name }
    }

    static let pictures: [BadPicture] = [
        BadPicture(name: "empty file", bytes: [], status: 400),
        BadPicture(name: "text renamed .jpg", bytes: Array("hello, I am a leaf".utf8), status: 400),
        BadPicture(name: "truncated JPEG", bytes: Array(TestPictures.plain().prefix(2_000)), status: 400),
        BadPicture(name: "only a JPEG's first bytes", bytes: [0xFF, 0xD8, 0xFF], status: 400),
        BadPicture(name: "too small", bytes: TestPictures.plain(width: 40, height: 200), status: 400),
        BadPicture(name: "a PNG bomb of 60,000 x 60,000", bytes: pngHead(60_000, 60_000), status: 413),
        BadPicture(name: "a PDF", bytes: Array("%PDF-1.7\n".utf8) + [UInt8](repeating: 65, count: 500), status: 415),
        BadPicture(name: "25 MB", bytes: [UInt8](repeating: 7, count: 25 << 20), status: 413),
    ]

    /// The head of a PNG that claims these sides, with a correct checksum and no pixels worth the name.
    private static func pngHead(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        func big(_ value: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
        }
        func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
            let content = Array(kind.utf8) + data
            return big(UInt32(data.count)) + content + big(crc(content))
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", big(width) + big(height) + [8, 2, 0, 0, 0])
            + chunk("IDAT", [0x78, 0x9C, 0x63, 0, 0, 0, 1, 0, 1]) + chunk("IEND", [])
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    @Test(arguments: pictures)
    func `is refused with what is wrong, and the next request is unaffected`(_ picture: BadPicture) async throws {
        let server = try await CommonServer.get()
        let answer = try server.post("/predict", MultipartBody().file("file", picture.bytes))
        #expect(answer.status == picture.status, "\(answer.text)")
        #expect(answer["content-type"] == "application/problem+json")
        #expect((answer.json["message"] as? String ?? "").count > 10)
        let next = try server.post("/predict", MultipartBody().file("file", TestPictures.plain()))
        #expect(next.status == 200)
    }

    struct BadForm: Sendable, CustomTestStringConvertible {
        let name: String
        var target = "/predict"
        var type = MultipartBody.contentType
        let body: [UInt8]
        let status: Int
        var contains = ""
        var testDescription: String { name }
    }

    @Test(arguments: [
        BadForm(name: "no field", body: MultipartBody().field("other", "x").closed, status: 422, contains: "\"file\""),
        BadForm(name: "a text where a file belongs", body: MultipartBody().field("file", "x").closed, status: 422),
        BadForm(
            name: "two files",
            body: MultipartBody().file("file", TestPictures.plain()).file("image", TestPictures.plain()).closed,
            status: 422
        ),
        BadForm(name: "JSON instead of a form", type: "application/json", body: Array("{}".utf8), status: 415),
        BadForm(name: "a form without its end", body: MultipartBody().file("file", [1, 2, 3]).bytes, status: 400),
        BadForm(name: "an empty batch", target: "/predict_batch", body: MultipartBody().closed, status: 422),
        BadForm(
            name: "six pictures where five are taken",
            target: "/api/v1/diagnose",
            body: (0..<6).reduce(MultipartBody()) { form, _ in form.file("file", TestPictures.plain()) }.closed,
            status: 422
        ),
        BadForm(
            name: "confidence that is no number",
            target: "/predict?min_confidence=abc",
            body: MultipartBody().file("file", TestPictures.plain()).closed,
            status: 422,
            contains: "min_confidence"
        ),
        BadForm(
            name: "confidence beyond its range",
            target: "/predict?min_confidence=2",
            body: MultipartBody().file("file", TestPictures.plain()).closed,
            status: 422,
            contains: "between"
        ),
        BadForm(
            name: "confidence NaN",
            target: "/predict?min_confidence=NaN",
            body: MultipartBody().file("file", TestPictures.plain()).closed,
            status: 422
        ),
        BadForm(
            name: "a crop outside the picture",
            target: "/api/v1/diagnose?crop=0.9,0.9,0.5,0.5",
            body: MultipartBody().file("file", TestPictures.plain()).closed,
            status: 422,
            contains: "crop"
        ),
        BadForm(name: "%00 in the path", target: "/predict%00", body: MultipartBody().closed, status: 400),
        BadForm(name: "%2F is no slash", target: "/api%2Fv1%2Fdiagnose", body: MultipartBody().closed, status: 404),
    ])
    func `is refused by name`(_ form: BadForm) async throws {
        let server = try await CommonServer.get()
        let answer = try server.request("POST", form.target, headers: ["Content-Type": form.type], body: form.body)
        #expect(answer.status == form.status, "\(answer.text)")
        if !form.contains.isEmpty { #expect(answer.text.contains(form.contains), "\(answer.text)") }
        #expect(answer["content-type"] == "application/problem+json")
    }

    @Test func `file names cannot reach the disk or the log as they are`() async throws {
        let server = try await CommonServer.get()
        for name in ["../../../../tmp/evil.jpg", "a\u{0}b.jpg", String(repeating: "x", count: 4_000)] {
            let answer = try server.post("/predict", MultipartBody().file("file", TestPictures.plain(), filename: name))
            #expect([200, 400].contains(answer.status), "\(answer.text)")
        }
        var raw = Array("Content-Disposition: form-data; name=\"file\"; filename=\"".utf8) + [0xFF, 0xFE]
        raw += Array("\"".utf8)
        let body =
            Array("--\(MultipartBody.boundary)\r\n".utf8) + raw + Array("\r\n\r\n".utf8) + TestPictures.plain()
            + Array("\r\n--\(MultipartBody.boundary)--\r\n".utf8)
        let answer = try server.request(
            "POST",
            "/predict",
            headers: ["Content-Type": MultipartBody.contentType],
            body: body
        )
        #expect([200, 400].contains(answer.status), "\(answer.text)")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/evil.jpg"))
    }

    @Test(
        .enabled(if: SharedData.isPresent, "needs the shared pictures"),
        arguments: [
            ("speciesnet_african_elephants_cmyk.jpg", 200), ("speciesnet_african_elephants_bw.jpg", 200),
            ("speciesnet_african_elephants_with_exif_orientation.jpg", 200),
            ("speciesnet_african_elephants_truncated_file.jpg", 400),
        ]
    )
    func `odd camera files are read or refused`(name: String, status: Int) async throws {
        let server = try await CommonServer.get()
        let bytes = try TestPictures.read(SharedData.path("data/cameratrap/\(name)"))
        let answer = try server.post("/predict", MultipartBody().file("file", bytes))
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.json["verdict"] as? String != "confident")
    }

    @Test func `memory stays flat under what is refused`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder)
            try await server.waitUntilReady()
            let good = MultipartBody().file("file", TestPictures.plain())
            for _ in 0..<10 { _ = try server.post("/predict", good) }
            let before = server.residentBytes
            for _ in 0..<15 {
                for picture in Self.pictures where picture.bytes.count < 1 << 20 {
                    _ = try server.post("/predict", MultipartBody().file("file", picture.bytes))
                }
            }
            _ = try server.post("/predict", good)
            #expect(server.residentBytes < before + 40 << 20)
            let status = await server.stop()
            #expect(status == 0)
        }
    }
}
