import CCurl
import Core
import Glibc
import Synchronization

/// Takes the body of an answer as it arrives, on the client's own thread.
protocol BodySink: Sendable {
    /// A fault ends the transfer; `later` pauses it until the loop is told to resume, and brings the same bytes again.
    func receive(_ bytes: UnsafeRawBufferPointer, of head: ResponseHead) throws(OutboundFault) -> Reception
}

enum Reception { case taken, later }

/// Status and headers of an answer.
struct ResponseHead: Sendable {
    static let limit = 64 << 10

    var status = 0
    var headers: [(name: String, value: String)] = []
    var size = 0

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    /// Reads one line of the head; each status line begins anew, because redirects and 1xx come before the answer.
    mutating func read(_ line: Substring) {
        if line.hasPrefix("HTTP/") {
            self = ResponseHead()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(line[..<colon]), String(value)))
        }
        size += line.utf8.count
    }
}

/// One request on its way; the loop's thread alone uses its handle once it is started.
final class Transfer: Sendable {
    /// Called once, on the loop's thread.
    typealias Completion = @Sendable (Result<ResponseHead, any Error>) -> Void

    private struct State {
        let handle: CurlHandle
        var head = ResponseHead()
        var fault: OutboundFault?
        var isCancelled = false
        var completion: Completion?
    }

    let id: UInt64
    let host: String
    private let state: Mutex<State>
    private let sink: any BodySink
    private let reach: HTTPClient.Reach
    /// For mail, which has replies in place of a head.
    private let dialogue: MailDialogue?
    /// For servers of files whose key is asked for.
    private let witness: KeyWitness?

    init(id: UInt64, handle: sending CurlHandle, host: String, reach: HTTPClient.Reach, sink: any BodySink) {
        self.id = id
        self.host = host
        self.reach = reach
        self.sink = sink
        dialogue = nil
        witness = nil
        state = Mutex(State(handle: handle))
    }

    /// A mail; its server is named by the operator, so it may be anywhere.
    init(id: UInt64, handle: sending CurlHandle, host: String, dialogue: MailDialogue) {
        self.id = id
        self.host = host
        self.dialogue = dialogue
        witness = nil
        reach = .anywhere
        sink = NoBody()
        state = Mutex(State(handle: handle))
    }

    /// A file or a folder of another server, which people who look after cameras name.
    init(
        id: UInt64,
        handle: sending CurlHandle,
        host: String,
        reach: HTTPClient.Reach,
        sink: any BodySink,
        witness: KeyWitness?
    ) {
        self.id = id
        self.host = host
        self.reach = reach
        self.sink = sink
        self.witness = witness
        dialogue = nil
        state = Mutex(State(handle: handle))
    }

    /// Adds the handle to the multi handle; the loop keeps this object alive until the transfer has ended.
    func start(on multi: UnsafeMutableRawPointer, completion: @escaping Completion) -> Bool {
        state.withLock { $0.completion = completion }
        guard let raw = unsafe raw else { return false }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe ccurl_set_private(raw, context)
        _ = unsafe ccurl_set_callbacks(raw, onHeadLine, onBody, onOpenSocket, context)
        if dialogue != nil || witness != nil { _ = unsafe ccurl_set_watchers(raw, onSaid, onProgress, context) }
        return unsafe curl_multi_add_handle(multi, raw) == CURLM_OK
    }

    /// Lets curl give up also while it waits on the spot, which it does for the last words of a mail server.
    func abandon() { state.withLock { $0.isCancelled = true } }

    /// Takes the handle from the multi handle and tells the waiting task.
    func end(on multi: UnsafeMutableRawPointer, _ outcome: Outcome) {
        // A mail with recipients is ended as if it were whole, and the server would deliver a half.
        if case .cancelled = outcome, dialogue != nil { _ = unsafe ccurl_set_list(raw, CURLOPT_MAIL_RCPT, nil) }
        _ = unsafe curl_multi_remove_handle(multi, raw)
        let (completion, head, fault) = state.withLock { state in
            defer { state.completion = nil }
            return (state.completion, state.head, state.fault)
        }
        switch outcome {
        case .cancelled: completion?(.failure(CancellationError()))
        case .finished(CURLE_OK): completion?(.success(head))
        case .finished(CURLE_ABORTED_BY_CALLBACK): completion?(.failure(CancellationError()))
        case .finished(let code):
            completion?(.failure(fault ?? dialogue?.fault(code) ?? OutboundFault(code, host: host)))
        }
    }

    /// Lets a paused body flow again.
    func resume() { _ = unsafe curl_easy_pause(raw, CURLPAUSE_CONT) }

    /// Fetched as a number, because a pointer may not leave the lock.
    private var raw: UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: state.withLock { $0.handle.address })
    }

    enum Outcome {
        case finished(CURLcode)
        case cancelled
    }

    fileprivate var mayGoOn: Bool { !state.withLock { $0.isCancelled } && dialogue?.isOver != true }

    fileprivate func said(_ verb: String) { dialogue?.said(verb) }

    fileprivate func told(_ line: String) { witness?.heard(line) }

    fileprivate func receive(headLine: String) -> Bool {
        if let dialogue { return dialogue.heard(headLine) }
        return state.withLock { state in
            state.head.read(headLine[...].drop { $0.isNewline })
            return state.head.size <= ResponseHead.limit
        }
    }

    /// What curl shall be told: the count of bytes that were taken, or a sign.
    fileprivate func receive(body: UnsafeRawBufferPointer) -> Int {
        let head = state.withLock { $0.head }
        do throws(OutboundFault) {
            return switch try unsafe sink.receive(body, of: head) {
            case .taken: body.count
            case .later: Int(CURL_WRITEFUNC_PAUSE)
            }
        } catch {
            state.withLock { $0.fault = error }
            return 0
        }
    }

    fileprivate func mayConnect(to address: [UInt8]) -> Bool {
        let isAdmitted = reach.admits(address)
        state.withLock { state in
            // Of several addresses of a name the last one that is tried says why none could be used.
            if state.fault?.code == .refusedAddress { state.fault = nil }
            if !isAdmitted { state.fault = OutboundFault(.refusedAddress, host: host) }
        }
        return isAdmitted
    }
}

/// A mail server's replies have no body.
private struct NoBody: BodySink {
    func receive(_ bytes: UnsafeRawBufferPointer, of head: ResponseHead) throws(OutboundFault) -> Reception { .taken }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private let onHeadLine: curl_write_callback = { line, size, count, context in
    guard let line = unsafe line, let transfer = unsafe transfer(context) else { return 0 }
    let bytes = unsafe UnsafeRawBufferPointer(start: line, count: size * count)
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    return transfer.receive(headLine: String(text.filter { !$0.isNewline })) ? size * count : 0
}

private let onBody: curl_write_callback = { bytes, size, count, context in
    guard let bytes = unsafe bytes, let transfer = unsafe transfer(context) else { return 0 }
    return unsafe transfer.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
}

private let onOpenSocket: curl_opensocket_callback = { context, _, address in
    guard let address = unsafe address, let transfer = unsafe transfer(context) else { return CURL_SOCKET_BAD }
    var bytes = [UInt8](repeating: 0, count: 16)
    let length = unsafe ccurl_address(address, &bytes)
    guard transfer.mayConnect(to: Array(bytes.prefix(Int(length)))) else { return CURL_SOCKET_BAD }
    return unsafe socket(
        address.pointee.family,
        address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
        address.pointee.protocol
    )
}

private let onSaid: curl_debug_callback = { _, kind, bytes, count, context in
    if kind == CURLINFO_TEXT, let bytes = unsafe bytes, let transfer = unsafe transfer(context) {
        let line = unsafe UnsafeRawBufferPointer(start: bytes, count: min(300, count))
        transfer.told(unsafe String(decoding: line, as: UTF8.self))
    }
    guard kind == CURLINFO_HEADER_OUT, let bytes = unsafe bytes, let transfer = unsafe transfer(context) else {
        return 0
    }
    let verb = unsafe UnsafeRawBufferPointer(start: bytes, count: min(4, count))
    transfer.said(unsafe String(decoding: verb, as: UTF8.self))
    return 0
}

private let onProgress: curl_xferinfo_callback = { context, _, _, _, _ in
    unsafe transfer(context)?.mayGoOn == false ? 1 : 0
}
