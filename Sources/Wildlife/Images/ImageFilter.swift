import Accounts
import Core
import Database
import HTTPServer

/// Which pictures somebody wants to see.
struct ImageFilter: Sendable {
    var reach = Reach.everything
    var camera: Camera.ID?
    var site: Site.ID?
    var deployment: Deployment.ID?
    var from: Timestamp?
    var to: Timestamp?
    var species: String?
    var status: TrapImage.Status?
    var contents: TrapImage.Contents?
    var review: TrapImage.ReviewState?
    var minConfidence: Double?
    var timeOfDay: TimeOfDay?

    /// A part of the day, by the camera's clock.
    enum TimeOfDay: String, CaseIterable, Codable, Sendable {
        case night, morning, afternoon, evening

        /// Minutes since midnight; night goes over it.
        var minutes: Range<Int> {
            switch self {
            case .night: 22 * 60..<30 * 60
            case .morning: 6 * 60..<12 * 60
            case .afternoon: 12 * 60..<18 * 60
            case .evening: 18 * 60..<22 * 60
            }
        }
    }

    /// For a list of rows of `image`.
    var conditions: SQLConditions {
        var conditions = SQLConditions()
        conditions.demand("image.site_id", isIn: reach)
        conditions.demand(camera.map { .id($0) }) { "image.camera_id = \($0)" }
        conditions.demand(site.map { .id($0) }) { "image.site_id = \($0)" }
        conditions.demand(deployment.map { .id($0) }) { "image.deployment_id = \($0)" }
        // Both tables know the time; each engine should look at the one whose index it uses.
        let time = species == nil ? "image.captured_at" : "image_species.captured_at"
        conditions.demand(from.map { .timestamp($0) }) { "\(time) >= \($0)" }
        conditions.demand(to.map { .timestamp($0) }) { "\(time) < \($0)" }
        conditions.demand(species.map { .text($0) }) { "image_species.species = \($0)" }
        conditions.demand(status.map { .text($0.rawValue) }) { "image.status = \($0)" }
        conditions.demand(contents.map { .text($0.rawValue) }) { "image.contents = \($0)" }
        conditions.demand(review.map { .text($0.rawValue) }) { "image.review = \($0)" }
        conditions.demand(minConfidence.map { .real($0) }) { "image.confidence >= \($0)" }
        if let minutes = timeOfDay?.minutes {
            let end = minutes.upperBound
            conditions.demand(
                end <= 1_440
                    ? "image.minute_of_day >= \(minutes.lowerBound) AND image.minute_of_day < \(end)"
                    : "(image.minute_of_day >= \(minutes.lowerBound) OR image.minute_of_day < \(end - 1_440))"
            )
        }
        return conditions
    }

    /// The tables that the conditions speak of.
    var tables: String {
        species == nil ? "image" : "image_species JOIN image ON image.id = image_species.image_id"
    }
}
