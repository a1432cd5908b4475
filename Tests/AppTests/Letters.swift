import TestSupport
import Testing

/// Letters of a server, as they come out of a real mail server.
enum Letters {
    static func with(_ more: [String: String] = [:], _ body: (People, MailSink) async throws -> Void) async throws {
        let sink = try await MailSink.shared
        let environment = [
            "HEDGEROW_SMTP_URL": sink.url, "HEDGEROW_MAIL_FROM": "Hedgerow <hedgerow@garden.example>",
            "HEDGEROW_PUBLIC_URL": "https://garden.example/",
        ]
        try await People.with(environment: environment.merging(more) { $1 }) { try await body($0, sink) }
    }

    /// The token of the link in the newest letter whose subject has these words.
    static func token(_ sink: MailSink, _ address: String, _ subject: String, _ page: String) async throws -> String {
        var token: Substring?
        try await eventually("a letter comes: \(subject)") {
            let mail = try sink.mails(to: address).last { $0.isAbout(subject) }
            token = mail?.text?.split(whereSeparator: \.isWhitespace).first {
                $0.hasPrefix("https://garden.example/\(page)#")
            }
            return token != nil
        }
        return String(try #require(token?.split(separator: "#").last))
    }
}

extension ReceivedMail {
    func isAbout(_ words: String) -> Bool { header("Subject")?.contains(words) == true }
}
