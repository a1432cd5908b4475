import Core
import Testing

private let options = [
    CommandOption("--json", "Write JSON."),
    CommandOption("--port", "N", "Where to listen."),
]

extension CommandOption {
    fileprivate init(_ flag: String, _ summary: String) { self.init(flag, nil, summary) }
}

struct ArgumentsTests {
    @Test func `options and words may be mixed and two dashes end the options`() throws {
        let arguments = try Arguments(
            parsing: ["a.jpg", "--port=1", "--json", "b", "--port", "2", "--", "--c"],
            options: options
        )
        #expect(arguments.words == ["a.jpg", "b", "--c"])
        #expect(arguments.value("--port") == "2")
        #expect(arguments.has("--json"))
    }

    @Test(
        "What does not fit is said, with what may have been meant",
        arguments: [
            (["--jsn"], "--jsn is no option here; did you mean --json?"),
            (["--completely-other"], "--completely-other is no option here"),
            (["--port"], "--port needs N"),
            (["--json=1"], "--json takes no value"),
        ]
    )
    func wrong(arguments: [String], message: String) {
        let fault = #expect(throws: UsageFault.self) { try Arguments(parsing: arguments, options: options) }
        #expect(fault?.description == message)
    }

    @Test(arguments: [("", "", 0), ("kitten", "sitting", 3), ("tomato", "tomatoe", 1), ("a", "", 1)])
    func `edit distance is Levenshtein's`(a: String, b: String, distance: Int) {
        #expect(editDistance(a, b) == distance)
    }
}
