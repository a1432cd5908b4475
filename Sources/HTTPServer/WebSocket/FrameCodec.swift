internal import CWslay

/// Turns bytes into messages and messages into bytes (RFC 6455), without a socket.
///
/// wslay does the frames: it answers pings and closes, checks UTF-8 and refuses what breaks the protocol.
@safe final class FrameCodec: @unchecked Sendable {
    // @unchecked: a codec lives in the state of one session and is used under its lock only.
    enum Event: Hashable {
        case message(WebSocketMessage)
        case pong
        /// The other side has begun or answered the closing handshake.
        case closed(code: UInt16)
    }

    private var raw: wslay_event_context_ptr?
    private var incoming: [UInt8] = []
    private var position = 0
    private var events: [Event] = []
    private(set) var outgoing: [UInt8] = []
    private var check = FrameCheck()
    private var isBroken = false

    init?(maxMessage: Int) {
        var callbacks = unsafe wslay_event_callbacks(
            recv_callback: receive,
            send_callback: send,
            genmask_callback: nil,
            on_frame_recv_start_callback: nil,
            on_frame_recv_chunk_callback: nil,
            on_frame_recv_end_callback: nil,
            on_msg_recv_callback: received
        )
        // wslay hands this pointer to the callbacks only while one of our methods runs.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        guard unsafe wslay_event_context_server_init(&raw, &callbacks, context) == 0 else { return nil }
        unsafe wslay_event_config_set_max_recv_msg_length(raw, UInt64(maxMessage))
    }

    deinit { unsafe wslay_event_context_free(raw) }

    /// Takes bytes of the other side and tells what they mean.
    func feed(_ bytes: [UInt8]) -> [Event] {
        guard !isBroken else { return [] }
        guard check.accepts(bytes) else {
            close(1_002, "frame not allowed")
            isBroken = true
            return []
        }
        incoming = bytes
        position = 0
        if unsafe wslay_event_recv(raw) != 0 { isBroken = true }
        incoming = []
        pump()
        defer { events = [] }
        return events
    }

    func queue(_ message: WebSocketMessage) {
        switch message {
        case .text(let text): queue(WSLAY_TEXT_FRAME, Array(text.utf8))
        case .binary(let bytes): queue(WSLAY_BINARY_FRAME, bytes)
        }
    }

    func ping() { queue(WSLAY_PING, []) }

    /// Begins the closing handshake; after it nothing is sent.
    func close(_ code: UInt16, _ reason: String) {
        let reason = Array(reason.utf8.prefix(120))
        _ = unsafe reason.withUnsafeBufferPointer { buffer in
            unsafe wslay_event_queue_close(raw, code, buffer.baseAddress, buffer.count)
        }
        pump()
    }

    /// Forgets bytes that have been sent.
    func sent(_ count: Int) { outgoing.removeFirst(count) }

    /// Whether the closing handshake is complete, or reading cannot go on.
    var isDone: Bool { unsafe isBroken || (wslay_event_want_read(raw) == 0 && wslay_event_want_write(raw) == 0) }
    /// What a message that has begun and is not whole takes in memory.
    var partialBytes: Int { check.partialBytes }
    var isCloseSent: Bool { unsafe wslay_event_get_close_sent(raw) != 0 }
    var closeCode: UInt16 { unsafe wslay_event_get_status_code_sent(raw) }

    private func queue(_ opcode: wslay_opcode, _ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var message = unsafe wslay_event_msg(
                opcode: UInt8(opcode.rawValue),
                msg: buffer.baseAddress,
                msg_length: buffer.count
            )
            // wslay copies the message; it refuses one after a close, which is what we want.
            _ = unsafe wslay_event_queue_msg(raw, &message)
        }
        pump()
    }

    private func pump() { _ = unsafe wslay_event_send(raw) }

    fileprivate func take(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, incoming.count - position)
        unsafe incoming.withUnsafeBytes { bytes in
            unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
        }
        position += count
        return count
    }

    fileprivate func put(_ bytes: UnsafeRawBufferPointer) { unsafe outgoing.append(contentsOf: bytes) }

    fileprivate func note(_ event: Event) { events.append(event) }
}

private func codec(_ context: UnsafeMutableRawPointer?) -> FrameCodec? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<FrameCodec>.fromOpaque(context).takeUnretainedValue()
}

private let receive: wslay_event_recv_callback = { raw, buffer, count, _, context in
    guard let codec = unsafe codec(context), let buffer = unsafe buffer else { return -1 }
    let taken = unsafe codec.take(UnsafeMutableRawBufferPointer(start: buffer, count: count))
    if taken == 0 {
        unsafe wslay_event_set_error(raw, Int32(WSLAY_ERR_WOULDBLOCK.rawValue))
        return -1
    }
    return taken
}

private let send: wslay_event_send_callback = { _, bytes, count, _, context in
    guard let codec = unsafe codec(context) else { return -1 }
    unsafe codec.put(UnsafeRawBufferPointer(start: bytes, count: count))
    return count
}

private let received: wslay_event_on_msg_recv_callback = { _, argument, context in
    guard let codec = unsafe codec(context), let message = unsafe argument?.pointee else { return }
    let bytes = unsafe UnsafeRawBufferPointer(start: message.msg, count: message.msg_length)
    switch UInt32(unsafe message.opcode) {
    case WSLAY_TEXT_FRAME.rawValue:
        codec.note(.message(.text(unsafe String(decoding: bytes, as: UTF8.self))))
    case WSLAY_BINARY_FRAME.rawValue: codec.note(.message(.binary(unsafe Array(bytes))))
    case WSLAY_PONG.rawValue: codec.note(.pong)
    case WSLAY_CONNECTION_CLOSE.rawValue: codec.note(.closed(code: unsafe message.status_code))
    default: break
    }
}

/// Finds what RFC 6455 forbids and wslay lets pass or leaves without a code: frames without a mask, and control frames that
/// are long or in pieces.
struct FrameCheck {
    /// What wslay needs for a piece of a message beside its bytes.
    private static let overhead = 64

    private var header: [UInt8] = []
    private var payloadLeft: UInt64 = 0
    private var frame = (isControl: false, isLast: true)
    /// What the message that is not whole yet takes in memory.
    private(set) var partialBytes = 0

    /// Follows the frames; `false` when one is not allowed.
    mutating func accepts(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index < bytes.count {
            if payloadLeft > 0 {
                let count = Int(min(payloadLeft, UInt64(bytes.count - index)))
                index += count
                payloadLeft -= UInt64(count)
                if !frame.isControl { partialBytes += count }
                if payloadLeft == 0 { endFrame() }
                continue
            }
            header.append(bytes[index])
            index += 1
            guard header.count >= 2 else { continue }
            guard header[1] & 0x80 != 0 else { return false }
            let short = header[1] & 0x7F
            let isControl = header[0] & 0x08 != 0
            guard !isControl || (short <= 125 && header[0] & 0x80 != 0) else { return false }
            let extra = short == 126 ? 2 : short == 127 ? 8 : 0
            guard header.count == 2 + extra + 4 else { continue }
            payloadLeft = extra == 0 ? UInt64(short) : header[2..<2 + extra].reduce(0) { $0 << 8 | UInt64($1) }
            frame = (isControl, header[0] & 0x80 != 0)
            if !isControl { partialBytes += Self.overhead }
            header = []
            if payloadLeft == 0 { endFrame() }
        }
        return true
    }

    private mutating func endFrame() { if !frame.isControl && frame.isLast { partialBytes = 0 } }
}
