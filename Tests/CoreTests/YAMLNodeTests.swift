import Core
import Testing

struct YAMLNodeTests {
    @Test func `a file becomes a tree with lines`() throws {
        let root = try #require(try YAMLNode.parse("a: 1\nb:\n  - c: x\n  - d\n", path: "f"))
        guard case .pairs(let pairs) = root.content, case .list(let items) = pairs[1].value.content else {
            Issue.record("no pairs")
            return
        }
        #expect(pairs.map(\.key) == ["a", "b"] && items.map(\.line) == [3, 4])
        #expect(try YAMLNode.parse("# nothing\n", path: "f") == nil)
    }

    @Test(
        "What we do not read is refused with its line",
        arguments: [
            ("a: 1\n---\nb: 2\n", 2), ("a: 1\na: 2\n", 2), ("? [x]\n: 1\n", 1), ("a: &x 1\nb: *x\n", 2),
            ("a: [[[[[[[[1]]]]]]]]", 1), ("a: \"open", 1),
        ]
    )
    func refused(text: String, line: Int) {
        let fault = #expect(throws: YAMLFault.self) { try YAMLNode.parse(text, path: "f") }
        #expect(fault?.line == line && fault?.reason.isEmpty == false)
    }

    @Test func `a file of a million entries is refused`() {
        #expect(throws: YAMLFault.self) { try YAMLNode.parse(String(repeating: "- a\n", count: 100_000), path: "f") }
    }
}
