import Accounts
import Core
import JobQueue
import Outbound

extension MailSender {
    /// Sends a letter as plain text and as HTML.
    ///
    /// - Throws: what another attempt may mend; `JobFault.hopeless` for all else.
    func send(_ letter: SendLetter.Text) async throws {
        do {
            try await send(
                MailMessage(
                    to: [MailAddress(letter.to)],
                    subject: letter.subject,
                    text: letter.body,
                    html: Self.html(letter.body),
                    id: letter.id
                )
            )
        } catch let fault as MailFault where !fault.isPassing {
            throw JobFault.hopeless("\(fault)")
        } catch let fault as MailFormatFault {
            throw JobFault.hopeless("\(fault)")
        }
    }

    /// Paragraphs between empty lines; one that is an address becomes a link.
    private static func html(_ text: String) -> String {
        let paragraphs = text.split(separator: "\n\n").map { paragraph in
            let isLink =
                ["https://", "http://"].contains(where: paragraph.hasPrefix)
                && !paragraph.contains(where: \.isWhitespace)
            let words = paragraph.escapedForHTML.split(separator: "\n").joined(separator: "<br>")
            return isLink ? "<p><a href=\"\(words)\">\(words)</a></p>" : "<p>\(words)</p>"
        }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8"></head>\
            <body style="font: 16px/1.5 sans-serif; color: #1c2b22; max-width: 36em">\(paragraphs.joined())</body></html>
            """
    }
}
