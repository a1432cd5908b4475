/// An answer that a route documents.
package struct Answer: Sendable {
    package enum Content: Sendable {
        case none
        case json(any APIValue.Type)
        case problem
        case media(String)
        case freeJSON(Schema)
    }

    package let status: Int
    package let summary: String
    package let content: Content

    package static func json(_ type: any APIValue.Type, _ summary: String, status: Int = 200) -> Answer {
        Answer(status: status, summary: summary, content: .json(type))
    }

    package static func schema(_ schema: Schema, _ summary: String, status: Int = 200) -> Answer {
        Answer(status: status, summary: summary, content: .freeJSON(schema))
    }

    package static func problem(_ status: Int, _ summary: String) -> Answer {
        Answer(status: status, summary: summary, content: .problem)
    }

    package static func media(_ type: String, _ summary: String, status: Int = 200) -> Answer {
        Answer(status: status, summary: summary, content: .media(type))
    }

    package static func empty(_ status: Int, _ summary: String) -> Answer {
        Answer(status: status, summary: summary, content: .none)
    }
}
