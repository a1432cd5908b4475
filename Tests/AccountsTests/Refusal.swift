import HTTPServer
import Testing

/// Expects that a call is refused with this status, and this kind of problem.
func expectRefusal(
    _ status: Int,
    _ slug: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async {
    do {
        _ = try await body()
        Issue.record("was not refused", sourceLocation: sourceLocation)
    } catch let problem as Problem {
        #expect(problem.status == status, sourceLocation: sourceLocation)
        if let slug { #expect(problem.slug == slug, sourceLocation: sourceLocation) }
    } catch {
        Issue.record("failed otherwise: \(error)", sourceLocation: sourceLocation)
    }
}
