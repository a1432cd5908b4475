import Accounts
import Core
import HTTPServer
import Observations

/// The calls that fetch analyses again.
struct AnalysisRoutes: Sendable {
    let keeper: AnalysisKeeper

    private static let id = Parameter<Analysis.ID>.path("id", "Key of the analysis, as its answer gave it.")
    private static let page = Parameter<Int>.query("page", "Page, counted from 1.", default: 1, in: 1...1_000_000)
    private static let limit = Parameter<Int>.query("limit", "Entries a page.", default: 50, in: 1...200)

    var all: [Route] { [one, history] }

    private var one: Route {
        Route(
            .get,
            "/api/v1/analyses/{id}",
            summary: "Fetch an analysis again",
            details: "The key is hard to guess, so whoever has it may read the result; the picture is not part of it.",
            tags: ["Plant API"],
            parameters: [Self.id],
            access: .predict,
            answers: [
                .json(DiagnosisAnswer.self, "The answer as it was given, of /predict, /identify or /diagnose."),
                .problem(404, "There is no such analysis."),
            ]
        ) { request in
            guard let json = try await keeper.answer(of: request[Self.id]) else {
                throw Problem.notFound(
                    "There is no analysis with this key. Anonymous ones may be removed after 30 days."
                )
            }
            return .bytes(json, type: "application/json")
        }
    }

    private var history: Route {
        Route(
            .get,
            "/api/v1/analyses",
            summary: "List your analyses, the newest first",
            tags: ["Plant API"],
            parameters: [Self.page, Self.limit],
            access: .analyses,
            answers: [.json(HistoryPage.self, "A page of answers."), .problem(401, "Nobody is signed in.")]
        ) { request in
            guard let owner = request.principal?.logName else {
                throw Problem.unauthorized("Sign in to see your history.")
            }
            let (page, limit) = (request[Self.page], request[Self.limit])
            let found = try await keeper.history(of: owner, page: page, limit: limit)
            // The answers are JSON already; decoding them only to encode them again would cost and could change them.
            let items = found.answers.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",")
            let pages = max(1, (found.total + limit - 1) / limit)
            let text = #"{"items":[\#(items)],"page":\#(page),"pages":\#(pages),"total":\#(found.total)}"#
            return .bytes(Array(text.utf8), type: "application/json")
        }
    }
}

/// A page of answers.
private struct HistoryPage: APIValue {
    let items: [DiagnosisAnswer]
    let page: Int
    let pages: Int
    let total: Int
}
