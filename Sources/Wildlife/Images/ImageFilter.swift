import Accounts
import Core
import Database
import HTTPServer

/// Which pictures somebody wants to see.
struct ImageFilter: Sendable {
    var reach = Reach.everything
    /// Whether who asks may see people and vehicles on pictures.
    var seesBystanders = false
    /// Whether who asks may know exactly where sensitive species live.
    var seesPlaces = false
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
    var kind: TrapImage.Kind?

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

    /// Rows of pictures: the tables that hold them and what is demanded of them.
    struct Source: Sendable {
        /// `image`, alone or beside the rows of `image_species` that the filter is about.
        let tables: String
        let conditions: SQLConditions
        /// Whose copy of time and key the pictures are put in order by.
        let table: String

        var time: String { "\(table).captured_at" }
        var key: String { table == "image" ? "image.id" : "image_species.image_id" }
    }

    private static let both = "image_species JOIN image ON image.id = image_species.image_id"

    /// For lists of pictures.
    var pictures: Source {
        let table = species == nil ? "image" : "image_species"
        return Source(tables: species == nil ? "image" : Self.both, conditions: conditions(of: table), table: table)
    }

    /// For counting pictures: of one species without a look at them, where that will do.
    var counted: Source { species == nil ? pictures : speciesRows }

    /// For counting species: a row for each on each picture.
    var speciesRows: Source {
        Source(
            tables: asksOfPictures ? Self.both : "image_species",
            conditions: conditions(of: "image_species"),
            table: "image_species"
        )
    }

    /// Whether anything is demanded that `image_species` does not know.
    private var asksOfPictures: Bool {
        deployment != nil || status != nil || contents != nil || review != nil || timeOfDay != nil || kind != nil
            || minConfidence != nil && species == nil
    }

    private func conditions(of table: String) -> SQLConditions {
        var conditions = SQLConditions()
        conditions.demand("\(table).site_id", isIn: reach)
        conditions.demand(camera.map { .id($0) }) { "\(table).camera_id = \($0)" }
        conditions.demand(site.map { .id($0) }) { "\(table).site_id = \($0)" }
        conditions.demand(from.map { .timestamp($0) }) { "\(table).captured_at >= \($0)" }
        conditions.demand(to.map { .timestamp($0) }) { "\(table).captured_at < \($0)" }
        conditions.demand(species.map { .text($0) }) { "image_species.species = \($0)" }
        conditions.demand(deployment.map { .id($0) }) { "image.deployment_id = \($0)" }
        conditions.demand(status.map { .text($0.rawValue) }) { "image.status = \($0)" }
        conditions.demand(contents.map { .text($0.rawValue) }) { "image.contents = \($0)" }
        conditions.demand(review.map { .text($0.rawValue) }) { "image.review = \($0)" }
        let sure = species == nil ? "image" : "image_species"
        conditions.demand(minConfidence.map { .real($0) }) { "\(sure).confidence >= \($0)" }
        if let kind { conditions.demand("image.media_type LIKE '\(kind.rawValue)/%'") }
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
}
