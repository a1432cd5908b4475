import CCurl
import Synchronization

/// Follows what is said between curl and a mail server, to know what a failure was about.
final class MailDialogue: Sendable {
    private static let limit = 64 << 10
    private static let detailLimit = 300

    /// The command that the server's next words answer.
    private enum Phase { case greeting, signIn, sender, recipient, content }

    private struct State {
        var phase = Phase.greeting
        var isOver = false
        var status = 0
        var words = ""
        var heard = 0
    }

    private let server: String
    private let state = Mutex(State())

    init(server: String) { self.server = server }

    /// Whether curl has said goodbye, so that the outcome is known and no answer is worth a wait.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Takes a line that curl sends; only its first word is looked at, since others may be a password.
    func said(_ verb: String) {
        state.withLock { state in
            switch verb {
            case "AUTH": state.phase = .signIn
            case "MAIL": state.phase = .sender
            case "RCPT": state.phase = .recipient
            case "DATA": state.phase = .content
            // Said after a refusal too, whose status must stay.
            case "QUIT": state.isOver = true
            default: break
            }
        }
    }

    /// Takes a line of the server's; `false` when it has said too much.
    func heard(_ line: String) -> Bool {
        state.withLock { state in
            if state.isOver { return true }
            state.heard += line.utf8.count
            if let status = Int(line.prefix(3)) { state.status = status }
            let words = state.phase == .signIn ? "" : line
            let printable = words.utf8.filter { (0x20..<0x7F).contains($0) }
            state.words = String(decoding: printable.prefix(Self.detailLimit), as: UTF8.self)
            return state.heard <= Self.limit
        }
    }

    /// What curl's result means; the only place that knows the codes.
    func fault(_ result: CURLcode) -> MailFault {
        let state = state.withLock { $0 }
        let words = unsafe String(cString: curl_easy_strerror(result))
        let refusal = state.status >= 400 ? state.status : nil
        func fault(_ code: MailFault.Code, _ status: Int? = nil, _ detail: String = "") -> MailFault {
            MailFault(code, server: server, status: status, detail: detail)
        }
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return fault(.notResolved)
        case CURLE_COULDNT_CONNECT: return fault(.unreachable)
        case CURLE_OPERATION_TIMEDOUT: return fault(.timeout)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return fault(.tls, nil, words)
        // A status when the server has STARTTLS and cannot begin it now.
        case CURLE_USE_SSL_FAILED: return fault(.tls, refusal, words)
        case CURLE_LOGIN_DENIED: return fault(.signIn, refusal)
        default: break
        }
        guard let refusal else {
            switch result {
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY:
                return fault(.brokenOff)
            default: return fault(.other, nil, words)
            }
        }
        let code: MailFault.Code =
            switch state.phase {
            case .sender where refusal == 552, .content where refusal == 552: .tooLarge
            // It wants to know first who is sending.
            case .sender where refusal == 530, .recipient where refusal == 530, .signIn: .signIn
            case .sender: .sender
            case .recipient: .recipient
            case .greeting, .content: .refused
            }
        return fault(code, refusal, state.words)
    }
}
