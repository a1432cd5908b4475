import Core
import Outbound

/// A notice as a letter, with the picture in its text.
struct NoticeMail: Sendable {
    let notice: Notice
    let link: String?

    private static let picture = "picture"

    init(_ notice: Notice, link: String?) {
        self.notice = notice
        self.link = link
    }

    func message(to recipients: [String]) throws -> MailMessage {
        let foot = link.map { "All alerts, and the rules by which you are told:\n\n\($0)" }
        return try MailMessage(
            to: recipients.map { try MailAddress($0) },
            subject: String(PostedWords.struck(notice.title, of: [])),
            text: [notice.title, notice.text, foot].compactMap(\.self).joined(separator: "\n\n") + "\n",
            html: html,
            files: notice.picture.map {
                [
                    try MailFile(
                        "picture.jpg",
                        type: "image/jpeg",
                        bytes: $0,
                        place: .inline(id: Self.picture)
                    )
                ]
            } ?? [],
            id: "\(notice.id)"
        )
    }

    private var html: String {
        let words = notice.text.split(separator: "\n").map { "<p>\($0.escapedForHTML)</p>" }.joined()
        let shot =
            notice.picture == nil
            ? "" : "<p><img src=\"cid:\(Self.picture)\" alt=\"The picture\" style=\"max-width: 100%\"></p>"
        let foot = link.map { link in
            let link = link.escapedForHTML
            return "<p><a href=\"\(link)\">All alerts, and the rules by which you are told</a></p>"
        }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8"></head>\
            <body style="font: 16px/1.5 sans-serif; color: #1c2b22; max-width: 36em">\
            <h1 style="font-size: 1.2em">\(notice.title.escapedForHTML)</h1>\(shot)\(words)\(foot ?? "")</body></html>
            """
    }
}
