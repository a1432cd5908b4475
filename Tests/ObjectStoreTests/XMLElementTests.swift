import Testing

@testable import ObjectStore

@Suite("Small XML documents") struct XMLElementTests {
    @Test("Elements, text and escapes are read") func reads() throws {
        let document = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a list -->
            <List xmlns="http://s3.example/doc"><Name>a&amp;b &#x41;&#66;</Name>
              <Key /><Key>&quot;t&quot;</Key><Deep><Key>no</Key></Deep></List>
            """
        let list = try #require(XMLElement(Array(document.utf8)))
        #expect(list.name == "List")
        #expect(list["Name"]?.text == "a&b AB")
        #expect(list.all("Key").map(\.text) == ["", "\"t\""])
        #expect(list["Deep"]?["Key"]?.text == "no")
        #expect(list["Missing"] == nil)
    }

    @Test(
        "What is not well-formed is nothing",
        arguments: [
            "", "text", "<a>", "<a></b>", "<a>&nope;</a>", "<a>&amp</a>", "<a>&#xD800;</a>", "< >", "<a><b></a></b>",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a><![CDATA[x]]></a>",
        ]
    )
    func refuses(document: String) { #expect(XMLElement(Array(document.utf8)) == nil) }

    @Test("A document that never ends inwards is refused") func depth() {
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(XMLElement(Array(deep.utf8)) == nil)
    }

    @Test("Text is escaped so that it is read back") func escaping() {
        let text = "a<b>&\"c\""
        #expect(XMLElement(Array("<x>\(text.escapedForXML)</x>".utf8))?.text == text)
    }
}
