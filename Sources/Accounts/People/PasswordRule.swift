import CZxcvbn
import Glibc
import HTTPServer

/// What a password must be: long enough and hard to guess, whatever letters it is made of.
enum PasswordRule {
    /// In characters.
    static let shortest = 10
    /// In bytes of UTF-8: hashing takes any length, but nobody needs more.
    static let longest = 256
    /// In bits: some ten thousand million guesses.
    private static let leastEntropy = 33.0

    /// What is wrong with a new password, `nil` when nothing is; takes a few milliseconds.
    ///
    /// The words are what guessers would try first, such as the person's name and address.
    static func complaint(about password: String, words: [String]) -> String? {
        if password.count < shortest { return "has fewer than \(shortest) characters" }
        if password.utf8.count > longest { return "is longer than \(longest) bytes" }
        if password.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return "has a control character in it"
        }
        guard entropy(of: password, words: words) < leastEntropy else { return nil }
        return "is easy to guess: take several words that do not belong together, or let a password manager make one"
    }

    /// - Throws: a 422 that names the field.
    static func check(_ password: String, words: [String], field: String = "password") throws {
        guard let complaint = complaint(about: password, words: words) else { return }
        throw Problem.unprocessable(["body", field], complaint, type: "weak_password")
    }

    private static func entropy(of password: String, words: [String]) -> Double {
        let known = unsafe (words.flatMap(parts) + ["hedgerow"]).map { unsafe strdup($0) }
        defer { unsafe known.forEach { unsafe free($0) } }
        var pointers = unsafe known.map { unsafe UnsafePointer($0) } + [nil]
        // What lies beyond cannot make a password weaker, and the time it takes grows with the square of the length.
        return unsafe ZxcvbnMatch(String(password.prefix(64)), &pointers, nil)
    }

    private static func parts(_ text: String) -> [String] {
        let pieces = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return ([text.lowercased()] + pieces).filter { $0.count >= 3 }
    }
}
