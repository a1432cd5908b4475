/// Tells addresses of the public internet from private, local and reserved ones.
enum PublicAddress {
    /// `address` has 4 or 16 bytes, in network order.
    static func contains(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: !reservedIPv4.contains { $0.contains(address) }
        case 16: isPublicIPv6(address)
        default: false
        }
    }

    private static func isPublicIPv6(_ address: [UInt8]) -> Bool {
        // Addresses that carry an IPv4 address are as public as that one.
        for carrier in carriersOfIPv4 where carrier.network.contains(address) {
            return contains(Array(address[carrier.offset..<carrier.offset + 4]))
        }
        // Only 2000::/3 is given out.
        return Network([0x20], 3).contains(address) && !reservedIPv6.contains { $0.contains(address) }
    }

    private struct Network {
        let prefix: [UInt8]
        let bits: Int

        init(_ prefix: [UInt8], _ bits: Int) {
            self.prefix = prefix
            self.bits = bits
        }

        func contains(_ address: [UInt8]) -> Bool {
            for bit in 0..<bits {
                let byte = bit / 8 < prefix.count ? prefix[bit / 8] : 0
                if (byte ^ address[bit / 8]) & (0x80 >> UInt8(bit % 8)) != 0 { return false }
            }
            return true
        }
    }

    private static let reservedIPv4 = [
        Network([0], 8), Network([10], 8), Network([100, 64], 10), Network([127], 8), Network([169, 254], 16),
        Network([172, 16], 12), Network([192, 0, 0], 24), Network([192, 0, 2], 24), Network([192, 88, 99], 24),
        Network([192, 168], 16), Network([198, 18], 15), Network([198, 51, 100], 24), Network([203, 0, 113], 24),
        Network([224], 3),
    ]

    /// Mapped, translated (NAT64) and 6to4.
    private static let carriersOfIPv4 = [
        (network: Network([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96), offset: 12),
        (network: Network([0x00, 0x64, 0xFF, 0x9B], 96), offset: 12),
        (network: Network([0x20, 0x02], 16), offset: 2),
    ]

    /// Teredo and other protocol assignments, benchmarks, documentation.
    private static let reservedIPv6 = [
        Network([0x20, 0x01, 0x00], 23), Network([0x20, 0x01, 0x0D, 0xB8], 32), Network([0x3F, 0xFF], 20),
    ]
}
