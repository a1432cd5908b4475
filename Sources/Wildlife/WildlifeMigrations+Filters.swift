import Database

extension WildlifeMigrations {
    /// Lists and counts within a filter look at indexes only, and come to a picture's row when it is shown.
    static let filters = Migration(
        feature: "wildlife",
        number: 6,
        name: "filters",
        up: """
            CREATE INDEX image_sure ON image (contents, confidence, site_id);
            CREATE INDEX image_video ON image (captured_at, id) WHERE media_type LIKE 'video/%';
            DROP INDEX image_species_time;
            CREATE INDEX image_species_time ON image_species (species, captured_at, image_id, confidence);
            """,
        down: """
            DROP INDEX image_species_time;
            CREATE INDEX image_species_time ON image_species (species, captured_at, image_id);
            DROP INDEX image_video; DROP INDEX image_sure;
            """
    )
}
