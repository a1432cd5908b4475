/// Why a connection could not be opened.
struct PostgresRefusal: Error {
    let fault: DatabaseFault
    /// Whether the next try may do better: nobody there, or a server that starts, stops or is crowded.
    let isPassing: Bool
    /// Whether a server was there and said so itself.
    var isFromServer = false
}

extension PostgresRefusal {
    /// Reads libpq's long form, `FATAL:  28P01: password authentication failed …` and a line on where in its source.
    init(libpq message: String) {
        let lines = message.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
        let text = lines.joined(separator: "; ")
        let state = text.firstRange(of: ":  ").map { text[$0.upperBound...].prefix(5) } ?? ""
        let isState = state.count == 5 && state.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
        let isPassing = !isState || PostgresState.isPassing(String(state))
        let code: DatabaseFault.Code = state == "53300" ? .busy : .unavailable
        // What libpq says of a server that it was told not to take.
        let isFollower = text.contains("server is in hot standby mode")
        let cure = isFollower ? "; it follows another server: name that one, and this one in database_read_url" : ""
        let fault = DatabaseFault(code, "PostgreSQL: \(text)\(cure)")
        self.init(fault: fault, isPassing: isPassing, isFromServer: isState)
    }
}
