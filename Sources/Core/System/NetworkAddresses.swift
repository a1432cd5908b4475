import Glibc

/// The addresses under which other machines of the network may reach this one, IPv4 first; loopback is left out.
package func networkAddresses() -> [String] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return [] }
    defer { unsafe freeifaddrs(first) }
    var found: [(family: Int32, text: String)] = []
    var next = unsafe first
    while let entry = unsafe next {
        defer { unsafe next = entry.pointee.ifa_next }
        guard let address = unsafe entry.pointee.ifa_addr,
            unsafe entry.pointee.ifa_flags & UInt32(IFF_LOOPBACK) == 0,
            unsafe entry.pointee.ifa_flags & UInt32(IFF_UP) != 0
        else { continue }
        let family = unsafe Int32(address.pointee.sa_family)
        let length = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        guard family == AF_INET || family == AF_INET6 else { continue }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard unsafe getnameinfo(address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
        else { continue }
        let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // A link-local address carries a zone that no other machine knows.
        if !name.contains("%") { found.append((family, name)) }
    }
    return found.sorted { ($0.family, $0.text) < ($1.family, $1.text) }.map(\.text)
}

extension String {
    /// Whether the text is an IPv4 or IPv6 address rather than a name.
    package var isIPAddress: Bool {
        var buffer = in6_addr()
        return unsafe inet_pton(AF_INET, self, &buffer) == 1 || inet_pton(AF_INET6, self, &buffer) == 1
    }
}
