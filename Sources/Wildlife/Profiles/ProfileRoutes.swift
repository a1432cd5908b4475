import Accounts
import Core
import HTTPServer

/// The calls about camera profiles.
struct ProfileRoutes: Sendable {
    let manage: ManageProfiles
    let tryProfile: TryProfile

    private static let name = Parameter<String>.path("name", "Name of the profile.")
    private static let bodyLimit = 64 << 20

    var all: [Route] { [list, attempt, keep, remove] }

    struct List: APIValue {
        let items: [ProfileAnswer]
        let faults: [FaultAnswer]
        static let notes = ["faults": "Profiles that are left out.", "items": "In the order in which they are asked."]
    }

    struct FaultAnswer: APIValue {
        let profile: String
        let line: Int
        let reason: String
    }

    struct Wish: APIValue {
        let profile: String
        static let notes = ["profile": "In YAML, as Docs/camera-profiles.md describes."]
    }

    /// Profiles read the pictures of all sites.
    private static func demandWholeReach(_ request: Request) throws {
        guard request.wildlifeCaller.reach.sites == nil else {
            throw Problem.forbidden("Camera profiles are for all sites: only who sees all sites tries or changes them.")
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/camera-profiles",
            summary: "List the camera profiles in the order in which they are asked",
            tags: ImageRoutes.tags,
            access: .cameras,
            quota: "user"
        ) { request in
            let book = try await manage.profiles.book()
            let faults = manage.profiles.faults.map { fault in
                // Of a file its name alone: where it lies on the machine is nobody's business here.
                let name = fault.path.split(separator: "/").last.map(String.init) ?? fault.path
                return FaultAnswer(profile: name, line: fault.line, reason: fault.reason)
            }
            // Files are of any site.
            let seesAll = request.wildlifeCaller.reach.sites == nil
            let troubles = seesAll ? try await manage.profiles.store.troubles() : [:]
            let items = book.profiles.map { ProfileAnswer($0, trouble: troubles[$0.name]) }
            return List(items: items, faults: faults)
        }
    }

    private var attempt: Route {
        Route(
            .post,
            "/api/v1/camera-profiles/try",
            summary: "Try a camera profile on pictures, reports or names",
            details: "Nothing is kept. Without a profile each sample is read by the one that is for it.",
            tags: ImageRoutes.tags,
            body: .multipart([
                .field("profile", "The profile, in YAML."),
                .file("files", "Pictures and reports.", isRequired: false, isRepeated: true),
                .field("names", "Names with their folders, one a line."),
            ]),
            limits: Route.Limits(body: Self.bodyLimit, upload: .seconds(300)),
            access: .cameras,
            quota: "data",
            answers: [
                .json(TrialAnswer.self, "What each sample came to."), .problem(403, "You do not see all sites."),
            ]
        ) { request in
            try Self.demandWholeReach(request)
            let form = try await request.form(maxFiles: TryProfile.most)
            let profile = try form.value("profile").flatMap { $0.isEmpty ? nil : try ManageProfiles.read($0) }
            var samples = form.files.map { TryProfile.Sample.file(path: $0.filename, bytes: $0.bytes) }
            let names = try form.value("names") ?? ""
            samples += names.split(whereSeparator: \.isNewline).map { .name(String($0).trimmingWhitespace()) }
            guard (1...TryProfile.most).contains(samples.count) else {
                let reason = "takes 1 to \(TryProfile.most) files and names together"
                throw Problem.unprocessable(["body", "files"], reason)
            }
            let results = try await tryProfile(samples, by: profile)
            return TrialAnswer(samples: results.map(TrialAnswer.SampleAnswer.init))
        }
    }

    private var keep: Route {
        Route(
            .put,
            "/api/v1/camera-profiles/{name}",
            summary: "Keep a camera profile",
            details:
                "It has the name in the address, and takes the place of an earlier one of that name, also of one in a file.",
            tags: ImageRoutes.tags,
            parameters: [Self.name],
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            answers: [
                .json(ProfileAnswer.self, "It is kept and new.", status: 201),
                .json(ProfileAnswer.self, "It is changed."),
                .problem(409, "There are too many."),
            ]
        ) { request in
            try Self.demandWholeReach(request)
            let wish = try request.json(Wish.self)
            let (profile, isNew) = try await manage.keep(wish.profile, as: request[Self.name], request.wildlifeCaller)
            return try Response.json(ProfileAnswer(profile), status: isNew ? 201 : 200)
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/camera-profiles/{name}",
            summary: "Remove a camera profile that was written here",
            tags: ImageRoutes.tags,
            parameters: [Self.name],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is gone."), .problem(404, "There is none of this name, or it is in a file.")]
        ) { request in
            try Self.demandWholeReach(request)
            try await manage.remove(request[Self.name], request.wildlifeCaller)
            return .noContent
        }
    }
}
