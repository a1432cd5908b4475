import Testing

@testable import HTTPServer

@Suite struct TargetTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::1", "::1"), ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002::/64"), ("2001:db8:1:2::99", "20010db800010002::/64"),
        ("2001:db8:1:3::99", "20010db800010003::/64"), ("unknown", "unknown"),
    ])
    func `whoever has one address of an IPv6 network counts as all of it`(address: String, household: String) {
        #expect(ClientAddress(text: address).household == household)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("192.0.2.7:4711", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.7:port", nil), ("[2001:db8::1]x", nil), ("[2001:db8::1", nil), ("unknown", nil), ("", nil),
        ("_hidden", nil), ("192.0.2.7:70000", nil),
    ])
    func `proxies write an address in several forms`(entry: String, address: String?) {
        #expect(ClientAddress(forwarded: entry)?.text == address)
    }

    @Test(arguments: [
        ("/", [""]), ("/a/b", ["a", "b"]), ("/a/", ["a", ""]), ("/a%2Fb/c", ["a/b", "c"]), ("/%C3%A4", ["\u{E4}"]),
        ("http://other.example/x", ["x"]), ("http://other.example", [""]), ("/a//b", ["a", "", "b"]), ("*", ["*"]),
        ("/%2e%2e%2fx", ["../x"]),
    ])
    func `a path is taken apart before it is decoded`(raw: String, segments: [String]) throws {
        #expect(try Target(parsing: raw).segments == segments)
    }

    @Test(arguments: [
        ("/%00", "has a NUL in its path"), ("/%", "has an incomplete percent escape in its path"),
        ("/%zz", "has an incomplete percent escape in its path"), ("/%ff", "is not UTF-8 in its path"),
        ("/?a=%fe", "is not UTF-8 in its query"), ("/?a=%00", "has a NUL in its query"),
        ("/a/../b", "has a dot segment in its path"), ("/%2e%2E/b", "has a dot segment in its path"),
        ("x", "does not begin with a slash"), ("/a b", "has a blank, a control character or a fragment in it"),
        ("/" + String(repeating: "/", count: 64), "has more than 64 segments"),
        ("/" + String(repeating: "a", count: 9_000), "is longer than 8192 bytes"),
    ])
    func `a malformed target is refused with its reason`(raw: String, reason: String) {
        #expect(throws: Target.Fault(reason: reason)) { try Target(parsing: raw) }
    }

    @Test func `a query is decoded, and its secrets are not logged`() throws {
        let target = try Target(parsing: "/x?a=1&b=%26+c&a=2&token=abc&api_key=def&flag")
        #expect(target.values("a") == ["1", "2"])
        #expect(target.values("b") == ["& c"])
        #expect(target.values("flag") == [""])
        #expect(target.redactedQuery == "a=1&b=%26%20c&a=2&token=(hidden)&api_key=(hidden)&flag=")
    }
}

@Suite struct HeadCheckTests {
    private func framing(
        _ fields: [(String, String)],
        version: String = "HTTP/1.1",
        method: String = "POST"
    )
        throws(Problem) -> Framing
    {
        let headers = Headers(fields.map { (name: $0.0, value: $0.1) })
        return try HeadCheck.framing(
            of: RawHead(method: method, target: "/", version: version, headers: headers, size: 200),
            bytes: 16_384,
            fields: 100
        )
    }

    @Test func `ordinary heads pass`() throws {
        #expect(try framing([("Host", "a:80"), ("Content-Length", "12")]) == Framing(length: 12))
        #expect(try framing([("Host", "[::1]:80"), ("Transfer-Encoding", "Chunked")]) == Framing(isChunked: true))
        #expect(try framing([], version: "HTTP/1.0") == Framing())
        #expect(
            try framing([("Host", "a"), ("Expect", "100-Continue"), ("Content-Length", "0")])
                == Framing(length: 0, expectsContinue: true)
        )
    }

    @Test(arguments: [
        [("Host", "a"), ("Content-Length", "1"), ("Transfer-Encoding", "chunked")],
        [("Host", "a"), ("Content-Length", "1"), ("Content-Length", "1")],
        [("Host", "a"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
        [("Host", "a"), ("Transfer-Encoding", "xchunked")], [("Host", "a"), ("Transfer-Encoding", "gzip, chunked")],
        [("Host", "a"), ("Transfer-Encoding", " chunked")], [("Host", "a"), ("Host", "a")], [], [("Host", "a/b")],
        [("Host", "a"), ("Content-Length", "+1")], [("Host", "a"), ("Content-Length", "1 1")],
        [("Host", "a"), ("Content-Length", "99999999999999999999")], [("Host", "a"), ("Content-Length ", "1")],
        [("Host", "a"), ("X", "a\u{1}b")], [("Host", "a"), ("", "b")],
    ])
    func `heads that two servers could read differently are refused`(fields: [(String, String)]) {
        let problem = #expect(throws: Problem.self) { try framing(fields) }
        #expect(problem?.status == 400)
    }

    @Test func `versions, methods and expectations are checked`() {
        #expect(#expect(throws: Problem.self) { try framing([("Host", "a")], version: "HTTP/2.0") }?.status == 505)
        #expect(#expect(throws: Problem.self) { try framing([("Host", "a")], method: "GE T") }?.status == 400)
        #expect(#expect(throws: Problem.self) { try framing([("Host", "a"), ("Expect", "magic")]) }?.status == 417)
        #expect(
            #expect(throws: Problem.self) { try framing([("Transfer-Encoding", "chunked")], version: "HTTP/1.0") }?
                .status
                == 400
        )
    }
}

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-3", ByteRange.part(0..<4)), ("bytes=5-", .part(5..<10)), ("bytes=-3", .part(7..<10)),
        ("bytes=0-99", .part(0..<10)), ("bytes=-99", .part(0..<10)), ("bytes=10-", .unsatisfiable),
        ("bytes=-0", .unsatisfiable), ("bytes=3-2", .whole), ("bytes=0-1,3-4", .whole), ("items=0-1", .whole),
        ("bytes=a-b", .whole), ("bytes=--1", .whole), ("bytes=99999999999999999999-", .whole),
    ])
    func `one range is honoured`(field: String, range: ByteRange) {
        #expect(ByteRange.parse(field, size: 10) == range)
    }
}

@Suite struct RouteTreeTests {
    private func router() throws -> Router {
        let id = Parameter<String>.path("id", "")
        let rest = Parameter<String>.path("rest", "")
        return try Router([
            Route(.get, "/", summary: "root") { _ in .noContent },
            Route(.get, "/plants/new", summary: "new") { _ in .noContent },
            Route(.get, "/plants/{id}", summary: "one", parameters: [id]) { _ in .noContent },
            Route(.get, "/plants/{id}/events", summary: "events", parameters: [id]) { _ in .noContent },
            Route(.get, "/files/{rest*}", summary: "files", parameters: [rest]) { _ in .noContent },
        ])
    }

    @Test(arguments: [
        ("/", "/", ""), ("/plants/new", "/plants/new", ""), ("/plants/7", "/plants/{id}", "7"),
        ("/plants/new/events", "/plants/{id}/events", "new"), ("/files/a/b", "/files/{rest*}", "a/b"),
        ("/plants/a%2Fb", "/plants/{id}", "a/b"),
    ])
    func `literals come before parameters`(path: String, pattern: String, value: String) throws {
        guard case .route(let route, let values) = try router().find("GET", Target(parsing: path).segments) else {
            Issue.record("nothing found at \(path)")
            return
        }
        #expect(route.pattern == pattern)
        #expect((values.values.first ?? "") == value)
    }

    @Test(arguments: ["/plants", "/plants/", "/plant", "/plants/7/x", "/plants//events"])
    func `other paths lead nowhere`(path: String) throws {
        guard case .nothing = try router().find("GET", Target(parsing: path).segments) else {
            Issue.record("something found at \(path)")
            return
        }
    }

    @Test func `contradictions stop the start`() {
        let route = Route(.get, "/a/{id}", summary: "", parameters: [Parameter<String>.path("id", "")]) { _ in
            .noContent
        }
        #expect(throws: RouteTree.Fault.self) { try Router([route, route]) }
        #expect(throws: RouteTree.Fault.self) {
            try Router([Route(.get, "/a/{id}", summary: "") { _ in .noContent }])
        }
        #expect(throws: RouteTree.Fault.self) { try Router([Route(.get, "a", summary: "") { _ in .noContent }]) }
    }
}
