import Core
import Outbound

/// A message of a Telegram bot: the picture with words below it, or the words alone.
struct TelegramMessage: PostedNotice {
    let words: String
    let picture: [UInt8]?

    /// What Telegram takes below a picture, and as a message.
    private static let longestCaption = 1_024
    private static let longestText = 4_096

    init(_ notice: Notice, link: String?) {
        let all = [notice.title, notice.text, link].compactMap(\.self).joined(separator: "\n")
        picture = notice.picture
        words = String(all.prefix(notice.picture == nil ? Self.longestText : Self.longestCaption))
    }

    private struct Text: Encodable {
        let chatID: String
        let text: String

        enum CodingKeys: String, CodingKey {
            case text
            case chatID = "chatId"
        }
    }

    func request(_ target: Channel.Target) throws -> HTTPRequest? {
        guard let token = target.token, let chat = target.chat else { return nil }
        let server = target.url ?? Channel.Target.telegram
        let base = "\(server.hasSuffix("/") ? String(server.dropLast()) : server)/bot\(token)"
        guard let picture else {
            return HTTPRequest(
                .post,
                "\(base)/sendMessage",
                headers: [("Content-Type", "application/json")],
                body: try JSON.encode(Text(chatID: chat, text: words))
            )
        }
        var form = PostedForm()
        form.add("chat_id", chat)
        form.add("caption", words)
        form.add("photo", file: "picture.jpg", type: "image/jpeg", picture)
        return HTTPRequest(
            .post,
            "\(base)/sendPhoto",
            headers: [("Content-Type", form.contentType)],
            body: form.bytes
        )
    }

    private struct Refusal: Decodable { let description: String }

    func words(_ answer: [UInt8]) -> String? {
        (try? JSON.decode(Refusal.self, from: answer))?.description
    }
}

/// A form with a file, on its way to another server.
struct PostedForm: Sendable {
    private let boundary = "hedgerow-\(randomBytes(16).hexadecimal)"
    private var parts: [UInt8] = []

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }
    var bytes: [UInt8] { parts + Array("--\(boundary)--\r\n".utf8) }

    /// Names are ours; values may hold anything, since no value holds the boundary.
    mutating func add(_ name: String, _ value: String) {
        begin("name=\"\(name)\"", more: "")
        parts += Array("\(value)\r\n".utf8)
    }

    mutating func add(_ name: String, file: String, type: String, _ content: [UInt8]) {
        begin("name=\"\(name)\"; filename=\"\(file)\"", more: "Content-Type: \(type)\r\n")
        parts += content + Array("\r\n".utf8)
    }

    private mutating func begin(_ names: String, more: String) {
        parts += Array("--\(boundary)\r\nContent-Disposition: form-data; \(names)\r\n\(more)\r\n".utf8)
    }
}
