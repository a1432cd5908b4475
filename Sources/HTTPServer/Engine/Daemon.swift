internal import CMicroHTTPD
internal import Core
internal import Glibc

/// The running libmicrohttpd: its one owner, and the callbacks it makes on its own threads.
@safe final class Daemon: @unchecked Sendable {
    // @unchecked: the pointers are set in `init`, used by `stop` once, and the library itself is thread-safe.
    private let raw: OpaquePointer
    private let options: UnsafeMutablePointer<chttpd_options>
    private let certificate: UnsafeMutablePointer<CChar>?
    private let key: UnsafeMutablePointer<CChar>?
    private let engine: Engine

    /// Starts the library's threads; clients are brought by `add`.
    ///
    /// - Throws: `ServerFault` when the library refuses, as with a broken certificate.
    init(engine: Engine) throws {
        self.engine = engine
        let configuration = engine.configuration
        unsafe certificate = configuration.tls.flatMap { unsafe strdup($0.certificate) }
        unsafe key = configuration.tls.flatMap { unsafe strdup($0.key) }
        unsafe options = .allocate(capacity: 1)
        unsafe options.initialize(
            to: chttpd_options(
                threads: UInt32(max(2, configuration.threads)),
                connections: UInt32(configuration.connections),
                idle_seconds: UInt32(max(1, configuration.idleTime.components.seconds + 5)),
                memory: 2 * configuration.headBytes,
                certificate: certificate,
                key: key,
                context: Unmanaged.passUnretained(engine).toOpaque(),
                on_request: onRequest,
                on_completed: onCompleted,
                on_connection: onConnection,
                on_target: onTarget,
                on_message: onMessage
            )
        )
        guard let raw = unsafe chttpd_start(options) else {
            let why = SystemError("start the server")
            unsafe Self.free(options, certificate, key)
            throw configuration.tls == nil
                ? ServerFault(.other, "\(why)")
                : ServerFault(.certificate, "the certificate or its key is not PEM, or they do not belong together")
        }
        unsafe self.raw = raw
    }

    /// Takes a client on; `false` when there is no place for it, and its socket is closed.
    func add(_ client: consuming FileDescriptor, _ address: sockaddr_storage, _ length: socklen_t) -> Bool {
        let socket = client.release()
        return unsafe address.withPointer { unsafe chttpd_is_yes(MHD_add_connection(raw, socket, $0, length)) != 0 }
    }

    /// Ends all threads and connections; nothing may be suspended.
    ///
    /// Blocks, and is called once.
    func stop() {
        unsafe MHD_stop_daemon(raw)
        unsafe Self.free(options, certificate, key)
    }

    private static func free(
        _ options: UnsafeMutablePointer<chttpd_options>,
        _ certificate: UnsafeMutablePointer<CChar>?,
        _ key: UnsafeMutablePointer<CChar>?
    ) {
        unsafe options.deallocate()
        unsafe Glibc.free(certificate)
        unsafe Glibc.free(key)
    }
}

/// The engine that a callback's context stands for; the daemon's owner keeps it alive until `stop` has returned.
private func engine(_ context: UnsafeMutableRawPointer?) -> Engine? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<Engine>.fromOpaque(context).takeUnretainedValue()
}

extension Connection {
    /// The connection that the library's handle belongs to.
    static func of(_ connection: OpaquePointer?) -> Connection? {
        guard let context = unsafe chttpd_socket_context(connection) else { return nil }
        return unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    }
}

private let onMessage: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void = { context, text in
    guard let text = unsafe text else { return }
    unsafe engine(context)?.noteLibraryMessage(String(cString: text))
}

private let onConnection: MHD_NotifyConnectionCallback = { context, connection, slot, code in
    guard let engine = unsafe engine(context), let slot = unsafe slot else { return }
    if chttpd_is_started(code) != 0 {
        let owner = engine.opened(
            client: unsafe ClientAddress(chttpd_peer(connection)),
            socket: unsafe chttpd_socket(connection)
        )
        unsafe slot.pointee = Unmanaged.passRetained(owner).toOpaque()
    } else if let held = unsafe slot.pointee {
        unsafe engine.closed(Unmanaged<Connection>.fromOpaque(held).takeRetainedValue())
        unsafe slot.pointee = nil
    }
}

private let onTarget:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
        _,
        target,
        connection in
        if let target = unsafe target { unsafe Connection.of(connection)?.gotTarget(target) }
        return nil
    }

private let onCompleted: MHD_RequestCompletedCallback = { context, connection, _, code in
    guard let engine = unsafe engine(context), let owner = unsafe Connection.of(connection) else { return }
    engine.completed(owner, isWhole: chttpd_is_completed(code) != 0)
}

private let onRequest: MHD_AccessHandlerCallback = { context, connection, _, method, version, data, size, slot in
    guard let engine = unsafe engine(context), let connection = unsafe connection, let method = unsafe method,
        let version = unsafe version, let size = unsafe size, let slot = unsafe slot,
        let owner = unsafe Connection.of(connection)
    else { return chttpd_no() }
    if unsafe slot.pointee == nil {
        unsafe slot.pointee = Unmanaged.passUnretained(owner).toOpaque()
        let head = unsafe RawHead(connection, method: method, version: version, owner.begin())
        return unsafe engine.begin(head, owner, connection) ? chttpd_yes() : chttpd_no()
    }
    let piece = unsafe UnsafeRawBufferPointer(start: data, count: size.pointee)
    var taken = 0
    let isFine = unsafe engine.proceed(owner, connection, piece, &taken)
    unsafe size.pointee -= taken
    return isFine ? chttpd_yes() : chttpd_no()
}

extension RawHead {
    init(
        _ connection: OpaquePointer,
        method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>,
        _ target: RawTarget
    ) {
        let size = unsafe chttpd_head_size(connection)
        var fields = unsafe Fields(layout: HeadLayout(method: method))
        if let place = unsafe UnsafePointer<CChar>(bitPattern: target.place) {
            unsafe fields.layout.follow(place, count: target.text.utf8.count)
        }
        unsafe fields.layout.follow(version, count: strlen(version))
        unsafe withUnsafeMutablePointer(to: &fields) { pointer in
            _ = unsafe chttpd_each_header(connection, collectHeader, pointer)
        }
        fields.layout.finish(size: size)
        self.init(
            method: unsafe String(cString: method),
            target: target.text,
            version: unsafe String(cString: version),
            headers: fields.headers,
            size: size,
            isPlain: fields.layout.isPlain
        )
    }
}

/// A request target as the library showed it, and where in its memory.
struct RawTarget: Sendable {
    let text: String
    /// An address that is looked at again in the library's call that follows, while the memory stands.
    fileprivate let place: UInt

    static let none = RawTarget(text: "", place: 0)
}

extension Connection {
    fileprivate func gotTarget(_ place: UnsafePointer<CChar>) {
        gotTarget(RawTarget(text: unsafe String(cString: place), place: UInt(bitPattern: place)))
    }
}

/// The header fields of a head as they are collected.
private struct Fields {
    var headers = Headers()
    var layout: HeadLayout
}

private let collectHeader: MHD_KeyValueIteratorN = { context, _, name, nameSize, value, valueSize in
    guard let fields = unsafe context?.assumingMemoryBound(to: Fields.self), let name = unsafe name else {
        return chttpd_no()
    }
    unsafe fields.pointee.layout.follow(name: name, nameSize, value: value, valueSize)
    let nameText = unsafe String(decoding: UnsafeRawBufferPointer(start: name, count: nameSize), as: UTF8.self)
    let valueText = unsafe String(decoding: UnsafeRawBufferPointer(start: value, count: valueSize), as: UTF8.self)
    unsafe fields.pointee.headers.append(lowercasedName: nameText.asciiLowercased(), valueText)
    return chttpd_yes()
}
