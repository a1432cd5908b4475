import Core
import HTTPServer

/// The calls with which somebody takes everything with them, leaves, or stays after all.
struct PrivacyRoutes: Sendable {
    let privacy: Privacy

    private static let tags = ["Privacy"]

    var all: [Route] { [export, leave, stay] }

    private var export: Route {
        Route(
            .get,
            "/api/v1/me/export",
            summary: "Fetch all that this server keeps about you, as one zip archive",
            details: "README.txt in it says what is what. It is made while it is read, so it has no length in advance.",
            tags: Self.tags,
            limits: Route.Limits(time: .seconds(60)),
            access: .account,
            quota: "clients",
            answers: [.media("application/zip", "The archive.")]
        ) { request in
            let (caller, id) = try request.person()
            let entry = AuditEntry("user.exported", by: caller.logName, on: "user \(id)", from: request.origin)
            try await privacy.accounts.audit.write(entry)
            var response = Response.stream(type: "application/zip") { writer in
                try await privacy.export(id) { try await writer.write($0) }
            }
            response.headers.append(("Content-Disposition", "attachment; filename=\"hedgerow-\(id).zip\""))
            response.headers.append(("Cache-Control", "no-store"))
            return response
        }
    }

    struct Password: APIValue { let password: String }

    struct LeavingAnswer: APIValue {
        let state: User.State
        let eraseAt: Timestamp
        static let notes = ["eraseAt": "Until then, sign in and POST /me/stay to change your mind."]
    }

    private var leave: Route {
        Route(
            .delete,
            "/api/v1/me",
            summary: "Leave: your account and all that is yours are erased after a time of grace",
            details: "Your sessions end at once. Until the time is over you can sign in again and stay.",
            tags: Self.tags,
            body: .json(Password.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "public",
            answers: [
                .json(LeavingAnswer.self, "You are leaving.", status: 202), .problem(403, "The password is wrong."),
                .problem(409, "Nobody could look after this server then."),
            ]
        ) { request in
            let (_, id) = try request.person()
            try await privacy.accounts.prove(request.json(Password.self).password, of: id, from: request)
            let departure = try await privacy.leave(id, from: request.origin)
            return try Response.json(LeavingAnswer(state: .leaving, eraseAt: departure.eraseAt), status: 202)
        }
    }

    private var stay: Route {
        Route(
            .post,
            "/api/v1/me/stay",
            summary: "Stay after all",
            tags: Self.tags,
            access: .account,
            quota: "user",
            answers: [.empty(204, "Everything is as before."), .problem(409, "You are not about to leave.")]
        ) { request in
            let (_, id) = try request.person()
            try await privacy.accounts.stay(id, from: request.origin)
            return .noContent
        }
    }
}
