import Core
import JobQueue
import Outbound

/// Sends a notice through a channel of any kind.
struct SendNotice: Sendable {
    /// `nil` where there is no mail server.
    let mail: MailSender?
    let http: HTTPClient
    /// Under which address users reach the server, for links; `nil` when nobody said.
    let publicURL: String?
    let clock: WallClock

    private static let limits = HTTPLimits(
        connect: .seconds(10),
        total: .seconds(30),
        stall: .seconds(15),
        redirects: 0,
        bytes: 64 << 10
    )

    /// Returns when the other side has taken it.
    ///
    /// - Throws: `SendFault`; `CancellationError`.
    func callAsFunction(_ notice: Notice, through channel: Channel) async throws {
        do {
            switch channel.kind {
            case .email: try await write(notice, channel.target)
            case .webhook: try await call(notice, channel.target)
            case .telegram: try await post(TelegramMessage(notice, link: link), channel.target)
            case .earthRanger: try await post(EarthRangerEvent(notice, link: link), channel.target)
            }
        } catch let fault as OutboundFault {
            throw SendFault(cause: "\(fault)", isHopeless: [.invalidURL, .refusedAddress].contains(fault.code))
        } catch let fault as MailFault {
            throw SendFault(cause: "\(fault)", isHopeless: !fault.isPassing)
        } catch let fault as MailFormatFault {
            throw SendFault(cause: "\(fault)", isHopeless: true)
        }
    }

    private var link: String? { publicURL.map { ($0.hasSuffix("/") ? String($0.dropLast()) : $0) + "/alerts" } }

    /// One mail for all of them, which the mail server takes for all or for none: nobody gets it twice when it is tried again.
    private func write(_ notice: Notice, _ target: Channel.Target) async throws {
        guard let mail else {
            throw SendFault(
                cause: "this server cannot send mail: whoever looks after it sets smtp_url",
                isHopeless: true
            )
        }
        try await mail.send(NoticeMail(notice, link: link).message(to: target.recipients ?? []))
    }

    private func call(_ notice: Notice, _ target: Channel.Target) async throws {
        guard let url = target.url, let secret = target.secret.flatMap(WebhookSecret.init) else {
            throw SendFault(cause: "the channel lacks its address or its secret", isHopeless: true)
        }
        try await WebhookCall(http)(
            url,
            id: "\(notice.id)",
            body: try JSON.encode(WebhookMessage(notice, link: link, at: clock.now())),
            secret: secret,
            at: clock.now()
        )
    }

    private func post(_ message: some PostedNotice, _ target: Channel.Target) async throws {
        guard let request = try message.request(target) else {
            throw SendFault(cause: "the channel lacks an address or a token", isHopeless: true)
        }
        let answer = try await http.send(request, limits: Self.limits)
        guard !(200..<300).contains(answer.status) else { return }
        var cause = "\(HTTPRequest.host(of: request.url) ?? "the server"): the server answered \(answer.status)"
        if let words = message.words(answer.body) {
            // What the other side says may repeat what it was told.
            let plain = PostedWords.struck(words, of: target.secrets)
            if !plain.isEmpty { cause += " (\(plain))" }
        }
        throw SendFault(cause: cause)
    }
}

/// A notice in the form that a service asks for.
protocol PostedNotice: Sendable {
    /// `nil` when the channel lacks something.
    func request(_ target: Channel.Target) throws -> HTTPRequest?
    /// What the service says in a refusal.
    func words(_ answer: [UInt8]) -> String?
}

/// What another server says, fit to be shown.
enum PostedWords {
    static func struck(_ words: String, of secrets: [String]) -> String {
        let plain = secrets.reduce(words) { $0.replacing($1, with: "…") }
        return String(
            plain.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map(Character.init).prefix(200)
        )
    }
}
