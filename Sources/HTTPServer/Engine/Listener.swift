internal import CMicroHTTPD
internal import Core
internal import Glibc

/// A listening TCP socket that does not block.
struct Listener: ~Copyable {
    static let backlog = 1_024

    let descriptor: FileDescriptor
    let port: Int

    /// Binds and listens.
    ///
    /// - Throws: `ServerFault` that names address and port, as when another program has it.
    init(host: String, port: Int) throws {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let plain = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        guard unsafe getaddrinfo(plain, "\(port)", &hints, &found) == 0, let first = unsafe found else {
            throw ServerFault(.host, "\(host) leads to no address")
        }
        defer { unsafe freeaddrinfo(found) }
        let family = unsafe first.pointee.ai_family
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard let descriptor = FileDescriptor(owning: socket(family, kind, 0)) else {
            throw SystemError("open a socket for \(host)")
        }
        var on: Int32 = 1
        var off: Int32 = 0
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(descriptor.number, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if family == AF_INET6 { _ = unsafe setsockopt(descriptor.number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size) }
        guard unsafe bind(descriptor.number, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0,
            listen(descriptor.number, Int32(Self.backlog)) == 0
        else { throw ServerFault(SystemError("listen on \(host) port \(port)"), host: host, port: port) }
        self.port = Self.boundPort(descriptor.number) ?? port
        self.descriptor = descriptor
    }

    private static func boundPort(_ descriptor: Int32) -> Int? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0 else { return nil }
        // The port stands at the same place in both address families.
        return unsafe withUnsafeBytes(of: &address) { unsafe Int($0[2]) << 8 | Int($0[3]) }
    }
}

extension sockaddr_storage {
    /// Calls `body` with the address as system calls want it.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        unsafe withUnsafePointer(to: self) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0) }
        }
    }
}

extension ClientAddress {
    init(_ address: sockaddr_storage) { self = unsafe address.withPointer { unsafe ClientAddress($0) } }

    /// The numeric form of a peer's address; IPv4 inside IPv6 is shown as IPv4.
    init(_ address: UnsafePointer<sockaddr>?) {
        guard let address = unsafe address else {
            self.init(text: "unknown")
            return
        }
        let isIPv6 = unsafe Int32(address.pointee.sa_family) == AF_INET6
        let length = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard unsafe getnameinfo(address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
        else {
            self.init(text: "unknown")
            return
        }
        let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.init(text: name.hasPrefix("::ffff:") ? String(name.dropFirst(7)) : name)
    }
}
