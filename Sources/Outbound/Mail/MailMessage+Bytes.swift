import Core
import FoundationEssentials

// libcurl could put the parts together too (curl_mime), but it leaves the encoding of header fields and file names to its
// caller, makes every mail a multipart, draws boundaries by chance, so that an attempt differs from the one before, and
// does not know the size of a mail beforehand. Bytes of our own are a value that is the same each time.

extension MailMessage {
    /// The mail as it travels (RFC 5322, MIME): ASCII but for addresses that are not, CRLF, lines below 998 bytes.
    func bytes(from sender: MailAddress, id: String, at now: Timestamp) -> [UInt8] {
        let date = HTTPDate.text(Int(now.microseconds / 1_000_000)).replacing("GMT", with: "+0000")
        var head = HeaderText.field("From", addresses: [sender])
        head += HeaderText.field("To", addresses: recipients)
        if let replyTo { head += HeaderText.field("Reply-To", addresses: [replyTo]) }
        head += HeaderText.field("Subject", text: subject)
        head += "Date: \(date)\r\n"
        head += "Message-ID: <\(id)@\(sender.domain)>\r\n"
        if let unsubscribe { head += "List-Unsubscribe: <\(unsubscribe)>\r\n" }
        // Nobody's holiday reply should come back.
        head += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        var writer = PartWriter(Array(head.utf8))
        writer.append(content)
        return writer.bytes
    }

    private var content: MailPart {
        let plain = MailPart.leaf(text, type: "text/plain")
        let attached = files.filter { $0.place == .attached }.map(MailPart.leaf)
        guard let html else { return .group("mixed", [plain] + attached) }
        let shown = files.filter { $0.place != .attached }.map(MailPart.leaf)
        let page = MailPart.group("related", [.leaf(html, type: "text/html")] + shown)
        return .group("mixed", [.group("alternative", [plain, page])] + attached)
    }
}

/// A part of a mail: its header fields with its bytes, or other parts.
private indirect enum MailPart {
    case leaf(head: String, body: [UInt8])
    case group(String, [MailPart])

    static func leaf(_ text: String, type: String) -> MailPart {
        .leaf(
            head: "Content-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n",
            body: QuotedPrintable(text).bytes
        )
    }

    static func leaf(_ file: MailFile) -> MailPart {
        var head = "Content-Type: \(file.type)\r\nContent-Transfer-Encoding: base64\r\n"
        let name = HeaderText.parameter("filename", file.name)
        switch file.place {
        case .attached: head += HeaderText.field("Content-Disposition", tokens: ["attachment;", name])
        case .inline(let id):
            head += HeaderText.field("Content-Disposition", tokens: ["inline;", name])
            head += "Content-ID: <\(id)>\r\n"
        }
        let options: Data.Base64EncodingOptions = [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ]
        return .leaf(head: head, body: Array(Data(file.bytes).base64EncodedData(options: options)) + [0x0D, 0x0A])
    }
}

private struct PartWriter {
    private(set) var bytes: [UInt8]
    private var groups = 0

    init(_ head: [UInt8]) { bytes = head }

    mutating func append(_ part: MailPart) {
        switch part {
        case .leaf(let head, let body):
            append("\(head)\r\n")
            bytes += body
        // A group of one is that one.
        case .group(_, let parts) where parts.count == 1: append(parts[0])
        case .group(let kind, let parts):
            groups += 1
            // Neither base64 nor quoted-printable can have "=_", so no text can hold it.
            let boundary = "=_part_\(groups)"
            append("Content-Type: multipart/\(kind); boundary=\"\(boundary)\"\r\n\r\n")
            for part in parts {
                append("--\(boundary)\r\n")
                append(part)
            }
            append("--\(boundary)--\r\n")
        }
    }

    private mutating func append(_ text: String) { bytes += text.utf8 }
}
