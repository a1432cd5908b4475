internal import CMicroHTTPD

/// Takes a socket over when the answer 101 has been sent.
protocol Upgrade: Sendable {
    func take(socket: Int32, handle: UpgradeHandle, received: [UInt8])
    /// The answer was never sent; has no effect after `take`.
    func abandon()
}

/// The right to close a socket that libmicrohttpd has handed over.
@safe struct UpgradeHandle: @unchecked Sendable {
    // @unchecked: the library allows this call from any thread; its one owner makes it once.
    private let raw: OpaquePointer
    init(_ raw: OpaquePointer) { unsafe self.raw = raw }
    func close() { unsafe chttpd_close_upgraded(raw) }
}
