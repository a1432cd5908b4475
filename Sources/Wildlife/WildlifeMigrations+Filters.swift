import Database

extension WildlifeMigrations {
    /// Lists and counts within a filter look at indexes only, and come to a picture's row when it is shown.
    static let filters = Migration(
        feature: "wildlife",
        number: 6,
        name: "filters",
        up: """
            DROP INDEX image_tally; DROP INDEX image_contents; DROP INDEX image_species_time;
            CREATE INDEX image_tally ON image (contents, review, status, site_id, confidence, minute_of_day, media_type, camera_id, captured_at);
            CREATE INDEX image_contents ON image (contents, captured_at, id, confidence);
            CREATE INDEX image_video ON image (captured_at, id) WHERE media_type LIKE 'video/%';
            CREATE INDEX image_species_time ON image_species (species, captured_at, image_id, confidence);
            """,
        down: """
            DROP INDEX image_species_time; DROP INDEX image_video; DROP INDEX image_contents; DROP INDEX image_tally;
            CREATE INDEX image_species_time ON image_species (species, captured_at, image_id);
            CREATE INDEX image_contents ON image (contents, captured_at, id);
            CREATE INDEX image_tally ON image (status, contents, review, site_id);
            """
    )
}
