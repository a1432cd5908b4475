import Core

/// The tables of Camtrap DP 1.0.2: their columns, in the order of the schema.
enum CamtrapTables {
    static let deployments: [CamtrapColumn] = [
        .init("deploymentID", isRequired: true), .init("locationID"), .init("locationName"),
        .init("latitude", .number(-90...90), isRequired: true),
        .init("longitude", .number(-180...180), isRequired: true), .init("coordinateUncertainty", .integer(1...1e9)),
        .init("deploymentStart", .time, isRequired: true), .init("deploymentEnd", .time, isRequired: true),
        .init("setupBy"), .init("cameraID"), .init("cameraModel"), .init("cameraDelay", .integer(0...1e9)),
        .init("cameraHeight", .number(0...1e9)), .init("cameraDepth", .number(0...1e9)),
        .init("cameraTilt", .integer(-90...90)), .init("cameraHeading", .integer(0...360)),
        .init("detectionDistance", .number(0...1e9)), .init("timestampIssues", .flag), .init("baitUse", .flag),
        .init(
            "featureType",
            .choice([
                "roadPaved", "roadDirt", "trailHiking", "trailGame", "roadUnderpass", "roadOverpass", "roadBridge",
                "culvert", "burrow", "nestSite", "carcass", "waterSource", "fruitingTree",
            ])
        ), .init("habitat"), .init("deploymentGroups"), .init("deploymentTags"), .init("deploymentComments"),
    ]
    static let media: [CamtrapColumn] = [
        .init("mediaID", isRequired: true), .init("deploymentID", isRequired: true),
        .init("captureMethod", .choice(["activityDetection", "timeLapse"])),
        .init("timestamp", .time, isRequired: true), .init("filePath", isRequired: true),
        .init("filePublic", .flag, isRequired: true), .init("fileName"), .init("fileMediatype", isRequired: true),
        .init("exifData"), .init("favorite", .flag), .init("mediaComments"),
    ]
    static let observations: [CamtrapColumn] = [
        .init("observationID", isRequired: true), .init("deploymentID", isRequired: true), .init("mediaID"),
        .init("eventID"), .init("eventStart", .time, isRequired: true), .init("eventEnd", .time, isRequired: true),
        .init("observationLevel", .choice(["media", "event"]), isRequired: true),
        .init(
            "observationType",
            .choice(["animal", "human", "vehicle", "blank", "unknown", "unclassified"]),
            isRequired: true
        ), .init("cameraSetupType", .choice(["setup", "calibration"])), .init("scientificName"),
        .init("count", .integer(1...1e9)), .init("lifeStage", .choice(["adult", "subadult", "juvenile"])),
        .init("sex", .choice(["female", "male"])), .init("behavior"), .init("individualID"),
        .init("individualPositionRadius", .number(0...1e9)), .init("individualPositionAngle", .number(-90...90)),
        .init("individualSpeed", .number(0...1e9)), .init("bboxX", .number(0...1)), .init("bboxY", .number(0...1)),
        .init("bboxWidth", .number(1e-15...1)), .init("bboxHeight", .number(1e-15...1)),
        .init("classificationMethod", .choice(["human", "machine"])), .init("classifiedBy"),
        .init("classificationTimestamp", .time), .init("classificationProbability", .number(0...1)),
        .init("observationTags"), .init("observationComments"),
    ]

    /// The head of a table.
    static func head(_ columns: [CamtrapColumn]) -> String { CSVLine.text(columns.map(\.name)) }

    /// A line in which only some columns say something.
    static func line(_ columns: [CamtrapColumn], _ values: [String: String?]) -> String {
        CSVLine.text(columns.map { values[$0.name] ?? nil })
    }

    /// To the second, as the schemas' format demands.
    static func time(_ moment: Timestamp) -> String {
        let second = moment.microseconds.quotientAndRemainder(flooringBy: 1_000_000).quotient
        return Timestamp(microseconds: second * 1_000_000).description
    }

    /// As a clock showed it that runs so much later than UTC.
    static func time(_ moment: Timestamp, offset: Duration) -> String {
        let minutes = Int(offset.microseconds / 60_000_000)
        guard offset == .seconds(minutes * 60), abs(minutes) <= 14 * 60 else { return time(moment) }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let size = abs(minutes)
        return time(moment + offset).dropLast() + (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60)
    }
}
