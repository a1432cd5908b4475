package import Core

/// A mail before it is sent; everything in it was checked, so that no text can become a header or a recipient.
package struct MailMessage: Hashable, Sendable {
    /// Of the files together, in bytes; most servers take no larger mail.
    package static let fileLimit = 20 << 20
    /// Of the text and of the HTML, in bytes each.
    package static let textLimit = 1 << 20
    package static let recipientLimit = 50

    /// They see one another; send one mail each when they should not.
    package let recipients: [MailAddress]
    package let replyTo: MailAddress?
    package let subject: String
    package let text: String
    /// Shown in place of the text by readers that can.
    package let html: String?
    package let files: [MailFile]
    /// An https or mailto address where the reader can end such mails.
    package let unsubscribe: String?
    /// Names the mail for good, such as a job's id: sent again under it, many readers show it once; a new one when `nil`.
    package let id: String?
    /// When the mail was written; when it is sent, if `nil`.
    package let date: Timestamp?

    /// The id is made of letters, digits, dots and hyphens, at most 100.
    ///
    /// - Throws: `MailFormatFault` with the field and the reason.
    package init(
        to recipients: [MailAddress],
        replyTo: MailAddress? = nil,
        subject: String,
        text: String,
        html: String? = nil,
        files: [MailFile] = [],
        unsubscribe: String? = nil,
        id: String? = nil,
        date: Timestamp? = nil
    ) throws(MailFormatFault) {
        guard (1...Self.recipientLimit).contains(recipients.count) else {
            throw MailFormatFault("a mail", "has 1 to \(Self.recipientLimit) recipients")
        }
        try subject.checkLine("the subject", limit: 500)
        for (field, text) in [("the text", text), ("the HTML", html ?? "")] where text.utf8.count > Self.textLimit {
            throw MailFormatFault(field, "is longer than \(Self.textLimit) bytes")
        }
        if files.reduce(0, { $0 + $1.bytes.count }) > Self.fileLimit {
            throw MailFormatFault("the files", "are larger than \(Self.fileLimit >> 20) MB together")
        }
        if html == nil, files.contains(where: { $0.place != .attached }) {
            throw MailFormatFault("a file", "is meant for HTML, and the mail has none")
        }
        if let unsubscribe { try Self.check(unsubscribe: unsubscribe) }
        if let id, id.utf8.count > 100 || !id.isDotAtom(international: false) {
            throw MailFormatFault("the id", "is not made of letters, digits, dots and hyphens")
        }
        self.recipients = recipients
        self.replyTo = replyTo
        self.subject = subject
        self.text = text
        self.html = html
        self.files = files
        self.unsubscribe = unsubscribe
        self.id = id
        self.date = date
    }

    private static func check(unsubscribe: String) throws(MailFormatFault) {
        let field = "the address for ending mails"
        try unsubscribe.checkLine(field, limit: 900)
        guard unsubscribe.hasPrefix("https://") || unsubscribe.hasPrefix("mailto:") || unsubscribe.hasPrefix("http://"),
            unsubscribe.utf8.allSatisfy({ (0x21..<0x7F).contains($0) && !Array("<>,\"".utf8).contains($0) })
        else { throw MailFormatFault(field, "is not an address of https, http or mailto") }
    }
}
