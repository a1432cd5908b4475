import CHiredis
import Core
import Glibc

/// One connection, used by one thread at a time; everything here may block.
@safe final class RedisConnection {
    private let context: UnsafeMutablePointer<redisContext>
    private let socket: Int32
    let wire: Wire

    /// Connects and signs in.
    static func open(_ address: RedisAddress, _ options: RedisOptions) throws(RedisFault) -> RedisConnection {
        let limit = options.connectTimeout.timeval
        guard let context = unsafe redisConnectWithTimeout(address.host, Int32(address.port), limit) else {
            throw RedisFault(.unavailable, "out of memory")
        }
        guard unsafe chiredis_has_failed(context) == 0 else {
            defer { unsafe redisFree(context) }
            throw unsafe RedisFault(.unavailable, String(cString: chiredis_reason(context)))
        }
        let connection = unsafe RedisConnection(context)
        _ = unsafe redisEnableKeepAlive(context)
        // Sending, too, must end; receiving has a deadline of its own.
        _ = unsafe redisSetTimeout(context, options.commandTimeout.timeval)
        try connection.signIn(address, within: options.commandTimeout)
        return connection
    }

    private init(_ context: UnsafeMutablePointer<redisContext>) {
        unsafe self.context = context
        socket = unsafe context.pointee.fd
        wire = Wire(socket)
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        wire.detach()
        unsafe redisFree(context)
    }

    private func signIn(_ address: RedisAddress, within limit: Duration) throws(RedisFault) {
        var commands: [RedisCommand] = []
        if let password = address.password {
            commands.append(RedisCommand("AUTH", address.user.map { [$0, password] } ?? [password]))
        }
        if address.database != 0 { commands.append(RedisCommand("SELECT", address.database)) }
        commands.append(RedisCommand("PING"))
        let deadline = ContinuousClock.now + limit
        for command in commands {
            try send(command.encoded)
            _ = try receive(before: deadline).accepted()
        }
    }

    /// Whether Redis closed the connection, or said something unasked, while nobody used it.
    var isStale: Bool {
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, 0) != 0
    }

    func send(_ bytes: [UInt8]) throws(RedisFault) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    socket,
                    buffer.baseAddress.map { unsafe $0 + sent },
                    buffer.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw RedisFault(
                    .unavailable,
                    errno == EAGAIN ? "it takes no more commands" : "the connection broke off"
                )
            }
        }
    }

    /// The next reply; an error of Redis is a reply too.
    func receive(before deadline: ContinuousClock.Instant) throws(RedisFault) -> RedisReply {
        guard let reply = try receiveIfAny(before: deadline) else { throw RedisFault(.unavailable, "no reply in time") }
        return reply
    }

    /// The next reply, or `nil` when none has come.
    func receiveIfAny(before deadline: ContinuousClock.Instant) throws(RedisFault) -> RedisReply? {
        while true {
            if let reply = try readReply() { return reply }
            let rest = (deadline - ContinuousClock.now).microseconds
            var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&watched, 1, Int32(clamping: max(0, (rest + 999) / 1_000)))
            if ready == 0 { return nil }
            if ready < 0, errno == EINTR { continue }
            guard unsafe redisBufferRead(context) == REDIS_OK else {
                throw RedisFault(.unavailable, "the connection broke off")
            }
        }
    }

    /// A reply that has come in whole.
    private func readReply() throws(RedisFault) -> RedisReply? {
        var raw: UnsafeMutableRawPointer?
        guard unsafe redisGetReplyFromReader(context, &raw) == REDIS_OK else {
            throw RedisFault(.protocol, "not the protocol of Redis")
        }
        guard let raw = unsafe raw else { return nil }
        defer { unsafe freeReplyObject(raw) }
        return unsafe RedisReply(raw.assumingMemoryBound(to: redisReply.self))
    }
}

extension RedisReply {
    /// Copies what hiredis has read.
    fileprivate init(_ raw: UnsafePointer<redisReply>) {
        switch unsafe raw.pointee.type {
        case REDIS_REPLY_NIL: self = .null
        case REDIS_REPLY_INTEGER: self = unsafe .integer(raw.pointee.integer)
        case REDIS_REPLY_STRING: self = unsafe .bytes(Self.bytes(raw))
        case REDIS_REPLY_STATUS: self = unsafe .status(String(decoding: Self.bytes(raw), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            self = unsafe .array(
                (0..<raw.pointee.elements).map { index in
                    unsafe chiredis_element(raw, index).map { unsafe RedisReply($0) } ?? .null
                }
            )
        case REDIS_REPLY_ERROR:
            self = unsafe .error(RedisFault(serverText: String(decoding: Self.bytes(raw), as: UTF8.self)))
        default: self = .error(RedisFault(.protocol, "an unknown kind of reply"))
        }
    }

    private static func bytes(_ raw: UnsafePointer<redisReply>) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: raw.pointee.str, count: raw.pointee.len))
    }
}

extension Duration {
    fileprivate var timeval: Glibc.timeval {
        Glibc.timeval(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    }
}
