import CCurl
import Core
import Glibc

/// The bytes of a mail on their way; read by curl on the loop's thread alone.
final class MailUpload {
    fileprivate let bytes: [UInt8]
    fileprivate var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    fileprivate func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, bytes.count - offset)
        guard count > 0 else { return 0 }
        unsafe bytes.withUnsafeBytes {
            unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
        }
        offset += count
        return count
    }
}

extension CurlHandle {
    /// A mail on its way to the server, or with no `envelope` only a look whether the server lets us in.
    convenience init(_ envelope: MailEnvelope?, to server: MailServer, limits: MailLimits) throws {
        try self.init(host: server.host)
        set(CURLOPT_URL, server.url)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connect.microseconds / 1_000))
        set(CURLOPT_TIMEOUT_MS, Int(limits.total.microseconds / 1_000))
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(limits.total.seconds)))
        // The loop ends with this mail.
        set(CURLOPT_FORBID_REUSE, 1)
        let tls: curl_usessl =
            switch server.security {
            case .immediate, .required: CURLUSESSL_ALL
            case .optional: CURLUSESSL_TRY
            case .off: CURLUSESSL_NONE
            }
        set(CURLOPT_USE_SSL, Int(tls.rawValue))
        if let authority = server.authority { set(CURLOPT_CAINFO, authority) }
        if let user = server.user, let password = server.password {
            set(CURLOPT_USERNAME, user)
            set(CURLOPT_PASSWORD, password)
        }
        if let envelope {
            set(CURLOPT_MAIL_FROM, "<\(envelope.sender)>")
            try set(CURLOPT_MAIL_RCPT, lines: envelope.recipients.map { "<\($0)>" })
            unsafe note(
                ccurl_set_upload(raw, onRead, keep(MailUpload(envelope.bytes)), curl_off_t(envelope.bytes.count))
            )
        } else {
            set(CURLOPT_CUSTOMREQUEST, "NOOP")
        }
        try check()
    }
}

/// What the server is told of a mail, apart from the mail itself.
struct MailEnvelope {
    let sender: String
    let recipients: [String]
    let bytes: [UInt8]
}

private let onRead: curl_read_callback = { room, size, count, context in
    guard let room = unsafe room, let context = unsafe context else { return Int(CURL_READFUNC_ABORT) }
    let upload = unsafe Unmanaged<MailUpload>.fromOpaque(context).takeUnretainedValue()
    return unsafe upload.read(into: UnsafeMutableRawBufferPointer(start: room, count: size * count))
}
