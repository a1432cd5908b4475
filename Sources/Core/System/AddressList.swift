import Glibc

/// Addresses and networks: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
package struct AddressList: Sendable {
    private let networks: [(bytes: [UInt8], bits: Int)]

    /// An entry is no address or network.
    package struct Fault: Error, CustomStringConvertible {
        let entry: String
        package var description: String { "\(entry) is no address and no network" }
    }

    package init() { networks = [] }

    package init(_ entries: [String]) throws(Fault) {
        var networks: [(bytes: [UInt8], bits: Int)] = []
        for entry in entries {
            let parts = entry.split(separator: "/", maxSplits: 1)
            guard let first = parts.first, let bytes = Self.bytes(String(first)) else { throw Fault(entry: entry) }
            let bits = parts.count == 2 ? Int(parts[1]) : bytes.count * 8
            guard let bits = Self.bits(bits, of: bytes, text: parts[0]) else { throw Fault(entry: entry) }
            networks.append((bytes, bits))
        }
        self.networks = networks
    }

    /// The length of `::ffff:10.0.0.0/104` counts the 96 bits before the IPv4 address.
    private static func bits(_ bits: Int?, of bytes: [UInt8], text: Substring) -> Int? {
        let isMapped = bytes.count == 4 && text.contains(":")
        return bits.map { isMapped && $0 > 32 ? $0 - 96 : $0 }.flatMap { (0...bytes.count * 8).contains($0) ? $0 : nil }
    }

    package func contains(_ text: String) -> Bool {
        guard !networks.isEmpty, let address = Self.bytes(text) else { return false }
        return contains(address)
    }

    /// `address` has 4 or 16 bytes, in network order.
    package func contains(_ address: [UInt8]) -> Bool {
        let address = Self.unmapped(address)
        return networks.contains { network in
            guard network.bytes.count == address.count else { return false }
            return (0..<network.bits).allSatisfy { bit in
                (network.bytes[bit / 8] ^ address[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }

    /// The bytes of a numeric address, four for an IPv4 one within an IPv6 one too; `nil` when it is none.
    package static func bytes(_ text: String) -> [UInt8]? { plainBytes(text).map(unmapped) }

    private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count == 16 && bytes[..<12].elementsEqual(mapped) ? Array(bytes[12...]) : bytes
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    private static func plainBytes(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 { return unsafe withUnsafeBytes(of: &four) { unsafe Array($0) } }
        var sixteen = in6_addr()
        if unsafe inet_pton(AF_INET6, text, &sixteen) == 1 {
            return unsafe withUnsafeBytes(of: &sixteen) { unsafe Array($0) }
        }
        return nil
    }
}
