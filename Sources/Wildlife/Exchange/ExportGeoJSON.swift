import Core
import Spreadsheet

/// Writes the table of observations as GeoJSON, for maps: a feature for each row.
struct ExportGeoJSON: Sendable {
    let walk: WalkPictures
    let clock: WallClock

    private struct Feature: Encodable {
        let type = "Feature"
        let id: String
        /// `null` for a picture that lies nowhere, as the standard has it.
        let geometry: PointAnswer?
        let properties: [String: Property]

        private enum CodingKeys: String, CodingKey { case type, id, geometry, properties }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(type, forKey: .type)
            try values.encode(id, forKey: .id)
            // The member has to be there.
            if let geometry {
                try values.encode(geometry, forKey: .geometry)
            } else {
                try values.encodeNil(forKey: .geometry)
            }
            try values.encode(properties, forKey: .properties)
        }
    }

    private struct Property: Encodable {
        let cell: Cell

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch cell {
            case .empty: try value.encodeNil()
            case .text(let text): try value.encode(text)
            case .integer(let number): try value.encode(number)
            case .number(let number): try value.encode(number)
            case .moment(let moment): try value.encode(moment)
            case .wall(let time): try value.encode(String(time.description.dropLast()))
            }
        }
    }

    func callAsFunction(_ filter: ImageFilter, _ write: (String) async throws -> Void) async throws {
        let places = try await CamtrapDeployments.load(filter, from: walk.images.database, at: clock.now())
        try await write("{\"type\": \"FeatureCollection\", \"features\": [")
        var isFirst = true
        try await walk(filter) { pictures in
            var text = ""
            for picture in pictures {
                for (number, cells) in ObservationTable.rows(picture).enumerated() {
                    let feature = Feature(
                        id: "\(picture.image.id)-\(number + 1)",
                        geometry: places.location(of: picture.image).map(PointAnswer.init),
                        properties: Dictionary(
                            zip(ObservationTable.columns, cells.map(Property.init)),
                            uniquingKeysWith: { first, _ in first }
                        )
                    )
                    text +=
                        (isFirst ? "\n" : ",\n") + String(decoding: try JSON.encodeAsWritten(feature), as: UTF8.self)
                    isFirst = false
                }
            }
            try await write(text)
        }
        try await write("\n]}\n")
    }
}
