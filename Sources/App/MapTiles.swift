import Core
import FoundationEssentials
import Wildlife

/// Where browsers fetch the ground of the map, which is the only thing that pages take from another server.
package struct MapTiles: Hashable, Sendable {
    let ground: WildlifeFeature.MapGround
    /// What the content policy allows: scheme, host and port, no more.
    let origin: String

    private static let longestAttribution = 200

    /// - Throws: `ConfigurationFault` where they are not whole; gives `nil` when no tiles are wanted.
    init?(_ address: String?, attribution: String?, maxZoom: Int) throws {
        guard let address else { return nil }
        guard let attribution = attribution, !attribution.allSatisfy(\.isWhitespace),
            attribution.count <= Self.longestAttribution
        else {
            throw ConfigurationFault(
                "map_tiles needs map_attribution: to whom the map is owed, in up to \(Self.longestAttribution) characters"
            )
        }
        guard let origin = Self.origin(of: address) else {
            throw ConfigurationFault(
                "map_tiles takes an address with {z}, {x} and {y} after the name of one server, such as https://tiles.example.org/{z}/{x}/{y}.png"
            )
        }
        self.origin = origin
        ground = .init(tiles: address, attribution: attribution, maxZoom: maxZoom)
    }

    /// Nothing that could end or widen a directive of the content policy gets into it.
    private static func origin(of address: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: address.hasPrefix),
            ["{z}", "{x}", "{y}"].allSatisfy(address.contains)
        else { return nil }
        let host = address.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let plain = { (letter: Character) in
            letter.isASCII && (letter.isLetter || letter.isNumber || "-.:".contains(letter))
        }
        guard !host.isEmpty, host.allSatisfy(plain), let url = URL(string: scheme + host), url.host() != nil else {
            return nil
        }
        return scheme + host.lowercased()
    }
}
