extension String {
    /// The name as `JSON.encode` writes it: `takenAt` is `taken_at`, `imageURL` is `image_url`.
    package func snakeCased() -> String {
        let letters = Array(unicodeScalars)
        var words = String.UnicodeScalarView()
        for (index, letter) in letters.enumerated() {
            guard letter.properties.isUppercase, index > 0 else {
                words.append(contentsOf: letter.properties.lowercaseMapping.unicodeScalars)
                continue
            }
            let followsLower = !letters[index - 1].properties.isUppercase && letters[index - 1] != "_"
            let startsWord =
                letters[index - 1].properties.isUppercase && index + 1 < letters.count
                && letters[index + 1].properties.isLowercase
            if followsLower || startsWord { words.append("_") }
            words.append(contentsOf: letter.properties.lowercaseMapping.unicodeScalars)
        }
        return String(words)
    }
}
