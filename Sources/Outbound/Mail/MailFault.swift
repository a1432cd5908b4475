/// Why a mail was not sent, and whether another attempt can help.
///
/// The description names the server, the reason and what to do: no user, no password, no recipient, nothing of the mail.
package struct MailFault: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable, CaseIterable {
        case notResolved
        case unreachable
        case timeout
        /// The connection ended in the middle; the mail may have been taken.
        case brokenOff
        /// A secure connection could not be made.
        case tls
        /// User and password were not taken.
        case signIn
        /// The address that mail comes from was not taken.
        case sender
        /// A recipient was not taken, and so the mail went to none of them.
        case recipient
        case tooLarge
        /// The server took neither connection nor content, for a reason of its own.
        case refused
        /// Too many mails are on their way from here.
        case busy
        case other
    }

    package let code: Code
    /// Host and port.
    package let server: String
    /// The server's reply when it refused, such as 550.
    package let status: Int?
    /// For the operator's log alone: at most 300 bytes of the server's own words, which may name a recipient.
    package let detail: String

    package init(_ code: Code, server: String, status: Int? = nil, detail: String = "") {
        self.code = code
        self.server = server
        self.status = status
        self.detail = detail
    }

    /// Whether the same mail may well be taken a little later.
    package var isPassing: Bool {
        if let status { return (400..<500).contains(status) }
        return switch code {
        case .notResolved, .unreachable, .timeout, .brokenOff, .busy: true
        default: false
        }
    }

    /// What the operator can do.
    package var cure: String {
        if isPassing, code != .notResolved, code != .unreachable { return "try again later" }
        return switch code {
        case .notResolved, .unreachable: "see whether smtp_url names the right host and port and the server is up"
        case .tls:
            """
            see whether the server has a valid certificate for this name; smtps:// is for port 465, tls= says what \
            smtp:// may do, and ca= names an authority of your own
            """
        case .signIn: "put the right user and password into smtp_url"
        case .sender: "let mail_from be an address that this server may send for"
        case .recipient: "see whether the address is right"
        case .tooLarge: "send less at once"
        case .refused, .other: "see the server's words in the log"
        case .timeout, .brokenOff, .busy: "try again later"
        }
    }
}

extension MailFault: CustomStringConvertible {
    package var description: String {
        let status = status.map { " (\($0))" } ?? ""
        return "\(server): \(reason)\(status); \(cure)"
    }

    private var reason: String {
        switch code {
        case .notResolved: "there is no host of that name"
        case .unreachable: "the mail server cannot be reached"
        case .timeout: "the mail server took too long"
        case .brokenOff: "the connection to the mail server broke off"
        case .tls: "a secure connection could not be made"
        case .signIn: "the mail server does not let this user in"
        case .sender: "the mail server does not take mail from this address"
        case .recipient: "the mail server does not take mail for a recipient"
        case .tooLarge: "the mail is larger than the server takes"
        case .refused: "the mail server refuses"
        case .busy: "too many mails are on their way"
        case .other: "the mail could not be sent"
        }
    }
}
