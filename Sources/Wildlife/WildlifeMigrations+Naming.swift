import Database

extension WildlifeMigrations {
    /// `scores` and `label` are what models said, `species` what was made of it; `ignored` names the reason why a detection
    /// does not count.
    static let naming = Migration(
        feature: "wildlife",
        number: 3,
        name: "names-and-masks",
        up: """
            ALTER TABLE detection ADD COLUMN scores {json} NOT NULL DEFAULT '[]';
            ALTER TABLE detection ADD COLUMN ignored {text};
            CREATE TABLE species_rule (
                name {text} PRIMARY KEY,
                becomes {text},
                lives_elsewhere {boolean} NOT NULL,
                is_sensitive {boolean} NOT NULL
            ) {strict};
            CREATE TABLE camera_mask (
                id {uuid} PRIMARY KEY,
                camera_id {uuid} NOT NULL REFERENCES camera (id) ON DELETE CASCADE,
                kind {text} NOT NULL CHECK (kind IN ('area', 'repeat')),
                points {json} NOT NULL,
                created_at {timestamp} NOT NULL
            ) {strict};
            CREATE INDEX camera_mask_camera ON camera_mask (camera_id, id);
            """,
        down: """
            DROP TABLE camera_mask; DROP TABLE species_rule;
            ALTER TABLE detection DROP COLUMN ignored; ALTER TABLE detection DROP COLUMN scores;
            """
    )
}

extension WildlifeMigrations {
    /// What exports call a species.
    static let scientificNames = Migration(
        feature: "wildlife",
        number: 8,
        name: "scientific-names",
        up: """
            ALTER TABLE species_rule ADD COLUMN scientific_name {text};
            ALTER TABLE species_rule ADD COLUMN taxon_rank {text};
            """,
        down: """
            ALTER TABLE species_rule DROP COLUMN taxon_rank; ALTER TABLE species_rule DROP COLUMN scientific_name;
            """
    )
}
