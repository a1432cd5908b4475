import Core
import Testing

struct PatternTests {
    @Test func `named groups tell what they matched`() throws {
        let pattern = try Pattern(#"^(?<camera>[A-Z]+\d+)_(?<day>\d{8})(?:_(?<rest>x))?"#)
        #expect(pattern.names == ["camera", "day", "rest"])
        #expect(try pattern.match("SYFR0041_20210528.JPG") == ["camera": "SYFR0041", "day": "20210528"])
        #expect(try pattern.match("IMG.JPG") == nil)
        #expect(try Pattern("(?<word>hö+hle)").match("die höhle") == ["word": "höhle"])
        #expect(try Pattern("(?i)batt").match("BATT 80") == [:])
    }

    @Test(
        "What is no expression says where and why",
        arguments: ["(", "[a", "(?<a>x)(?<a>y)", "a{2,1}", String(repeating: "a", count: 501), #"\C"#]
    )
    func broken(source: String) {
        let fault = #expect(throws: PatternFault.self) { try Pattern(source) }
        #expect(fault?.reason.isEmpty == false)
    }

    @Test(
        "An expression that would take for ever is given up",
        arguments: [#"^(a+)+$"#, #"^(a|aa)+$"#, #"^(.+)+[xy]$"#]
    )
    func costly(source: String) throws {
        let pattern = try Pattern(source)
        let start = ContinuousClock.now
        #expect(throws: PatternFault.self) { try pattern.match(String(repeating: "a", count: 3_000) + "!") }
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(try pattern.match("ax") != nil || source.hasSuffix("+$"))
    }

    @Test func `one that begins anew at every place is given up as well`() throws {
        let pattern = try Pattern("(?<value>.{0,400}.{0,400}[^a])")
        let start = ContinuousClock.now
        #expect(throws: PatternFault.self) { try pattern.match(String(repeating: "a", count: 4_096)) }
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(try Pattern("(?<=ö)(?<end>x)$").match("äöx") == ["end": "x"])
    }

    @Test func `a long text is searched at its beginning`() throws {
        let pattern = try Pattern("end")
        #expect(try pattern.match(String(repeating: "ö", count: 3_000) + "end") == nil)
    }
}
