internal import CMicroHTTPD
internal import Glibc

/// Turns a finished answer into libmicrohttpd's response and queues it.
enum Reply {
    /// `false` when the connection must be closed instead.
    static func queue(_ answer: FinishedAnswer, for exchange: Exchange?, on connection: OpaquePointer) -> Bool {
        guard let response = unsafe make(answer, exchange) else { return false }
        defer { unsafe MHD_destroy_response(response) }
        for (name, value) in answer.headers {
            _ = unsafe MHD_add_response_header(response, name, value)
        }
        if answer.closesConnection { _ = unsafe MHD_add_response_header(response, "Connection", "close") }
        return unsafe chttpd_is_yes(MHD_queue_response(connection, UInt32(answer.status), response)) != 0
    }

    private static func make(_ answer: FinishedAnswer, _ exchange: Exchange?) -> OpaquePointer? {
        switch answer.content {
        case .none: return unsafe chttpd_response_copying(nil, 0)
        case .bytes(let bytes):
            return unsafe bytes.withUnsafeBytes { unsafe chttpd_response_copying($0.baseAddress, $0.count) }
        case .file(let file, let offset, let length):
            // The library closes the descriptor it is given.
            let descriptor = file.duplicate()
            guard descriptor >= 0 else { return nil }
            return unsafe MHD_create_response_from_fd_at_offset64(UInt64(length), descriptor, UInt64(offset))
        case .stream(let length):
            guard let exchange else { return nil }
            return unsafe MHD_create_response_from_callback(
                length.map { UInt64($0) } ?? UInt64.max,
                32 << 10,
                readStream,
                Unmanaged.passRetained(exchange).toOpaque(),
                releaseStream
            )
        case .upgrade:
            guard let exchange else { return nil }
            // The connection keeps the exchange for as long as the library may make this call.
            return unsafe MHD_create_response_for_upgrade(onUpgrade, Unmanaged.passUnretained(exchange).toOpaque())
        }
    }
}

private let onUpgrade: MHD_UpgradeHandler = { context, connection, _, received, count, socket, handle in
    guard let context = unsafe context, let handle = unsafe handle else { return }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    unsafe Connection.of(connection)?.upgrade()
    let early = unsafe Array(UnsafeRawBufferPointer(start: received, count: count))
    exchange.upgrade?.take(socket: socket, handle: unsafe UpgradeHandle(handle), received: early)
}

private let readStream: MHD_ContentReaderCallback = { context, _, buffer, count in
    guard let context = unsafe context, let buffer = unsafe buffer else { return chttpd_end_with_error }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    return unsafe exchange.fill(UnsafeMutableRawBufferPointer(start: buffer, count: count))
}

private let releaseStream: MHD_ContentReaderFreeCallback = { context in
    guard let context = unsafe context else { return }
    unsafe Unmanaged<Exchange>.fromOpaque(context).release()
}
