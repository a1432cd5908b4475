import Core

/// The tables of Camtrap DP 1.0.2: their columns, in the order of the schema.
enum CamtrapTables {
    static let deployments = [
        "deploymentID", "locationID", "locationName", "latitude", "longitude", "coordinateUncertainty",
        "deploymentStart", "deploymentEnd", "setupBy", "cameraID", "cameraModel", "cameraDelay", "cameraHeight",
        "cameraDepth", "cameraTilt", "cameraHeading", "detectionDistance", "timestampIssues", "baitUse", "featureType",
        "habitat", "deploymentGroups", "deploymentTags", "deploymentComments",
    ]
    static let media = [
        "mediaID", "deploymentID", "captureMethod", "timestamp", "filePath", "filePublic", "fileName", "fileMediatype",
        "exifData", "favorite", "mediaComments",
    ]
    static let observations = [
        "observationID", "deploymentID", "mediaID", "eventID", "eventStart", "eventEnd", "observationLevel",
        "observationType", "cameraSetupType", "scientificName", "count", "lifeStage", "sex", "behavior", "individualID",
        "individualPositionRadius", "individualPositionAngle", "individualSpeed", "bboxX", "bboxY", "bboxWidth",
        "bboxHeight", "classificationMethod", "classifiedBy", "classificationTimestamp", "classificationProbability",
        "observationTags", "observationComments",
    ]

    /// A line in which only some columns say something.
    static func line(_ columns: [String], _ values: [String: String?]) -> String {
        CSVLine.text(columns.map { values[$0] ?? nil })
    }

    /// To the second, as the schemas' format demands.
    static func time(_ moment: Timestamp) -> String {
        let second = moment.microseconds.quotientAndRemainder(flooringBy: 1_000_000).quotient
        return Timestamp(microseconds: second * 1_000_000).description
    }
}
