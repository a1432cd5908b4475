import HTTPServer

/// What a species, or a larger group of the living, is called in science.
struct ScientificName: Hashable, Sendable {
    let text: String
    /// `nil` where nobody said so and the name does not tell.
    let rank: Rank?

    enum Rank: String, CaseIterable, Codable, Sendable {
        case kingdom, phylum, `class`, order, family, genus, species, subspecies
    }

    private static let longest = 100
    private static let mostWords = 4

    init(_ text: String, _ rank: Rank?) {
        self.text = text
        self.rank = rank
    }

    /// A name in small letters, as pictures have it.
    init(small name: some StringProtocol, _ rank: Rank?) {
        self.init(name.prefix(1).uppercased() + name.dropFirst(), rank)
    }

    /// What somebody wrote; `nil` where it can be no scientific name.
    init?(written text: String, _ rank: Rank?) {
        let clean = PlainText.clean(text, limit: Self.longest + 1)
        let words = clean.split(separator: " ")
        guard clean.count <= Self.longest, (1...Self.mostWords).contains(words.count),
            words.allSatisfy({ word in word.allSatisfy { $0.isLetter || "-.×".contains($0) } }),
            words[0].count > 1, words[0].allSatisfy(\.isLetter)
        else { return nil }
        self.init(small: words.joined(separator: " "), rank ?? Self.rank(of: words.map(String.init)))
    }

    /// Two words are a species, three a subspecies, and families of animals end alike.
    private static func rank(of words: [String]) -> Rank? {
        switch words.count {
        case 1: words[0].hasSuffix("idae") ? .family : nil
        case 2: words[1].allSatisfy(\.isLetter) ? .species : nil
        case 3: words.allSatisfy { $0.allSatisfy(\.isLetter) } ? .subspecies : nil
        default: nil
        }
    }
}
