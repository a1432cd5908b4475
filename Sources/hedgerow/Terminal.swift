import Glibc

/// Standard output for results, standard error for everything else; colour and progress on a terminal only.
struct Terminal: Sendable {
    let isInteractive = isatty(STDERR_FILENO) == 1

    /// A result: what a pipe receives.
    func say(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO) }

    func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Redraws one line with a bar; nothing is written when nobody watches.
    func progress(_ label: String, _ done: Int, of total: Int) {
        guard isInteractive, total > 0 else { return }
        let width = 30
        let filled = min(width, done * width / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        write("\r\(bar) \(done) of \(total) \(label)\u{1B}[K", to: STDERR_FILENO)
        if done >= total { write("\r\u{1B}[K", to: STDERR_FILENO) }
    }

    /// Whether the person at the terminal agrees; `nil` when there is none.
    func confirms(_ question: String) -> Bool? {
        guard isInteractive, isatty(STDIN_FILENO) == 1 else { return nil }
        write("\(question) [y/N] ", to: STDERR_FILENO)
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    /// Writes rows in columns as wide as their widest cell.
    func table(_ header: [String], _ rows: [[String]]) {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        for row in all {
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            say(String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()))
        }
    }

    private func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A reader that went away is no reason to complain.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
