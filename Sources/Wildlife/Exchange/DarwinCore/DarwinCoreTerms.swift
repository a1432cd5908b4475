/// The columns of a Darwin Core Archive, and the file that says what they are.
enum DarwinCoreTerms {
    private static let core = "http://rs.tdwg.org/dwc/terms/"
    private static let dublinCore = "http://purl.org/dc/terms/"

    static let occurrence = [
        "occurrenceID", "basisOfRecord", "occurrenceStatus", "eventID", "eventDate", "samplingProtocol",
        "samplingEffort",
        "kingdom", "scientificName", "taxonRank", "vernacularName", "individualCount", "sex", "lifeStage", "behavior",
        "locationID",
        "locality", "decimalLatitude", "decimalLongitude", "geodeticDatum", "coordinateUncertaintyInMeters",
        "identifiedBy", "dateIdentified", "identificationVerificationStatus", "identificationRemarks",
        "occurrenceRemarks",
    ]
    static let multimedia = ["occurrenceID", "type", "format", "identifier", "title", "created"]

    static func line(_ columns: [String], _ values: [String: String?]) -> String {
        columns.map { column in
            // Nothing is quoted in these files: what would end a field or a line becomes a blank.
            String((values[column].flatMap(\.self) ?? "").map { $0.isNewline || $0 == "\t" ? " " : $0 })
        }.joined(separator: "\t") + "\n"
    }

    /// `meta.xml`.
    static var description: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <archive xmlns="http://rs.tdwg.org/dwc/text/" metadata="eml.xml">
          <core encoding="UTF-8" fieldsTerminatedBy="\\t" linesTerminatedBy="\\n" fieldsEnclosedBy="" ignoreHeaderLines="1" \
        rowType="\(core)Occurrence">
            <files><location>occurrence.txt</location></files>
            <id index="0"/>
        \(fields(occurrence, from: 0) { core + $0 })
          </core>
          <extension encoding="UTF-8" fieldsTerminatedBy="\\t" linesTerminatedBy="\\n" fieldsEnclosedBy="" ignoreHeaderLines="1" \
        rowType="http://rs.gbif.org/terms/1.0/Multimedia">
            <files><location>multimedia.txt</location></files>
            <coreid index="0"/>
        \(fields(multimedia, from: 1) { dublinCore + $0 })
          </extension>
        </archive>

        """
    }

    private static func fields(_ columns: [String], from first: Int, _ term: (String) -> String) -> String {
        columns.enumerated().dropFirst(first).map { index, column in
            "    <field index=\"\(index)\" term=\"\(term(column))\"/>"
        }.joined(separator: "\n")
    }
}
