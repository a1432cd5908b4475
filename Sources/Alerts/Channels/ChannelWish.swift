import Core
import HTTPServer
import Outbound

/// Where somebody wants a channel to lead; what is not given stays as it is.
struct ChannelWish: APIValue {
    let name: String?
    let recipients: [String]?
    let url: String?
    let token: String?
    let chat: String?
    let eventType: String?

    static let notes = [
        "recipients": "email: addresses; they see one another.",
        "url":
            "webhook: where it goes. earthranger: the address of your site. telegram: of a Bot API server of your own.",
        "token": "telegram: the bot's. earthranger: of an account that may add events. Kept sealed, and never told.",
        "chat": "telegram: the number of a chat, or the @name of a channel.",
        "eventType": "earthranger: the value of an event type of your site.",
    ]

    private static let mostRecipients = 10

    /// What comes of the wish, checked.
    ///
    /// - Throws: a 422 that names each field that cannot be taken.
    func target(_ kind: Channel.Kind, instead old: Channel.Target?) throws -> Channel.Target {
        var target = old ?? Channel.Target()
        var errors: [Problem.FieldError] = []
        func demand(_ isRight: Bool, _ field: String, _ message: String) {
            if !isRight { errors.append(Problem.FieldError(["body", field], message)) }
        }
        for (field, isGiven, kinds) in fields where isGiven && !kinds.contains(kind) {
            demand(false, field, "does not belong to a channel of the kind \(kind.rawValue)")
        }
        if let recipients {
            let problem = Self.problem(of: recipients)
            demand(problem == nil, "recipients", problem ?? "")
            target.recipients = recipients
        }
        if let url = url?.trimmingWhitespace() {
            let fault = WebhookCall.fault(in: url)
            demand(fault == nil, "url", fault ?? "")
            // Whoever may change a channel must not have its token sent to a server of their own.
            demand(
                token != nil || old?.token == nil || old?.url == url,
                "token",
                "is to be given again when the address changes"
            )
            target.url = url
        }
        if let token = token?.trimmingWhitespace() {
            let isPlain = token.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
            demand(isPlain && (1...500).contains(token.utf8.count), "token", "takes 1 to 500 letters, digits and signs")
            target.token = token
        }
        if let chat = chat?.trimmingWhitespace() {
            let isChat = Int64(chat) != nil || chat.hasPrefix("@") && chat.dropFirst().allSatisfy(Self.isNameLetter)
            demand(isChat && chat.utf8.count <= 64, "chat", "is neither a number nor a name that begins with @")
            target.chat = chat
        }
        if let type = eventType?.trimmingWhitespace() {
            let isType = type.allSatisfy { Self.isNameLetter($0) || $0 == "-" }
            demand(isType && (1...100).contains(type.utf8.count), "event_type", "takes letters, digits, - and _")
            target.eventType = type
        }
        if errors.isEmpty { for field in Self.lacks(target, kind) { demand(false, field, "is missing") } }
        guard errors.isEmpty else { throw Problem.unprocessable(errors) }
        if kind == .webhook, target.secret == nil { target.secret = WebhookSecret.random().text }
        return target
    }

    private var fields: [(String, Bool, Set<Channel.Kind>)] {
        [
            ("recipients", recipients != nil, [.email]), ("url", url != nil, [.webhook, .earthRanger, .telegram]),
            ("token", token != nil, [.telegram, .earthRanger]), ("chat", chat != nil, [.telegram]),
            ("event_type", eventType != nil, [.earthRanger]),
        ]
    }

    private static func lacks(_ target: Channel.Target, _ kind: Channel.Kind) -> [String] {
        let needed: [(String, Bool)] =
            switch kind {
            case .email: [("recipients", target.recipients == nil)]
            case .webhook: [("url", target.url == nil)]
            case .telegram: [("token", target.token == nil), ("chat", target.chat == nil)]
            case .earthRanger:
                [("url", target.url == nil), ("token", target.token == nil), ("event_type", target.eventType == nil)]
            }
        return needed.filter(\.1).map(\.0)
    }

    private static func problem(of recipients: [String]) -> String? {
        guard (1...mostRecipients).contains(recipients.count) else { return "takes 1 to \(mostRecipients) addresses" }
        for (position, recipient) in recipients.enumerated() {
            do {
                _ = try MailAddress(recipient)
            } catch {
                return "number \(position + 1): \(error)"
            }
        }
        return nil
    }

    private static func isNameLetter(_ letter: Character) -> Bool {
        letter.isASCII && (letter.isLetter || letter.isNumber || letter == "_")
    }
}
