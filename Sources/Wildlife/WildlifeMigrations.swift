package import Database

/// The tables of this feature.
package enum WildlifeMigrations {
    package static let all = [
        Migration(
            feature: "wildlife",
            number: 1,
            name: "camera-traps",
            up: SQLScript(places + images + findings + clocks),
            down: """
                DROP TABLE clock_shift_image; DROP TABLE clock_shift; DROP TABLE image_review; DROP TABLE image_species; DROP TABLE detection; DROP TABLE image;
                DROP TABLE quarantine; DROP TABLE deployment; DROP TABLE camera; DROP TABLE site;
                """
        ),
        Migration(
            feature: "wildlife",
            number: 2,
            name: "camera-conditions",
            up: CameraConditionTables.up,
            down: CameraConditionTables.down
        ),
        naming,
        ImportMigration.step,
        videos,
        filters,
        moves,
        scientificNames,
        ImportMigration.bounds,
        profileTroubles,
    ]

    private static let places = """
        CREATE TABLE site (
            id {uuid} PRIMARY KEY,
            name {text} NOT NULL,
            latitude {real},
            longitude {real},
            created_at {timestamp} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX site_name ON site (name);
        CREATE TABLE camera (
            id {uuid} PRIMARY KEY,
            code {text} NOT NULL,
            name {text} NOT NULL,
            site_id {uuid} REFERENCES site (id),
            latitude {real},
            longitude {real},
            zone {text} NOT NULL,
            make {text},
            model {text},
            serial {text},
            created_at {timestamp} NOT NULL,
            last_contact_at {timestamp},
            last_image_at {timestamp},
            image_count {integer} NOT NULL,
            upload_password {text}
        ) {strict};
        CREATE UNIQUE INDEX camera_code ON camera (code);
        CREATE INDEX camera_serial ON camera (serial);
        CREATE INDEX camera_site ON camera (site_id);
        CREATE TABLE deployment (
            id {uuid} PRIMARY KEY,
            camera_id {uuid} NOT NULL REFERENCES camera (id),
            site_id {uuid} REFERENCES site (id),
            latitude {real},
            longitude {real},
            started_at {timestamp} NOT NULL,
            ended_at {timestamp},
            notes {text} NOT NULL
        ) {strict};
        CREATE INDEX deployment_camera ON deployment (camera_id, started_at);
        CREATE INDEX deployment_site ON deployment (site_id);

        """

    /// `wall_time` is what the camera's clock showed, written as though it were UTC: it tells the hour of the day, and lets
    /// `captured_at` be worked out anew when the clock turns out to have been wrong.
    private static let images = """
        CREATE TABLE image (
            id {uuid} PRIMARY KEY,
            sha256 {blob} NOT NULL,
            filename {text} NOT NULL,
            object_key {text} NOT NULL,
            bytes {integer} NOT NULL,
            media_type {text} NOT NULL,
            width {integer} NOT NULL,
            height {integer} NOT NULL,
            thumbnail_key {text},
            preview_key {text},
            veiled_thumbnail_key {text},
            veiled_preview_key {text},
            camera_id {uuid} REFERENCES camera (id),
            deployment_id {uuid} REFERENCES deployment (id),
            site_id {uuid} REFERENCES site (id),
            owner {text},
            captured_at {timestamp} NOT NULL,
            wall_time {timestamp} NOT NULL,
            minute_of_day {integer} NOT NULL,
            time_source {text} NOT NULL,
            uploaded_at {timestamp} NOT NULL,
            status {text} NOT NULL CHECK (status IN ('pending', 'processing', 'detected', 'completed', 'failed')),
            cause {text},
            contents {text} NOT NULL,
            detection_count {integer} NOT NULL,
            classification_count {integer} NOT NULL,
            confidence {real} NOT NULL,
            review {text} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX image_content ON image (sha256);
        CREATE INDEX image_captured ON image (captured_at, id);
        CREATE INDEX image_camera ON image (camera_id, captured_at, id);
        CREATE INDEX image_site ON image (site_id, captured_at, id);
        CREATE INDEX image_status ON image (status, captured_at, id);
        CREATE INDEX image_contents ON image (contents, captured_at, id);
        CREATE INDEX image_review_state ON image (review, captured_at, id);
        CREATE INDEX image_owner ON image (owner);
        CREATE INDEX image_deployment ON image (deployment_id);
        CREATE INDEX image_tally ON image (status, contents, review, site_id);
        CREATE INDEX image_wall_time ON image (wall_time);
        CREATE INDEX image_minute ON image (minute_of_day);
        CREATE TABLE quarantine (
            id {uuid} PRIMARY KEY,
            filename {text} NOT NULL,
            object_key {text},
            bytes {integer} NOT NULL,
            camera {text},
            owner {text},
            door {text} NOT NULL,
            reason {text} NOT NULL,
            received_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX quarantine_owner ON quarantine (owner);

        """

    /// Which pictures a shift moved, so that it can be undone whatever was shifted before and after.
    private static let clocks = """

        CREATE TABLE clock_shift (
            id {uuid} PRIMARY KEY,
            camera_id {uuid} NOT NULL REFERENCES camera (id),
            shift_seconds {integer} NOT NULL,
            images {integer} NOT NULL,
            created_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX clock_shift_camera ON clock_shift (camera_id, id);
        CREATE TABLE clock_shift_image (
            shift_id {uuid} NOT NULL REFERENCES clock_shift (id) ON DELETE CASCADE,
            image_id {uuid} NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            PRIMARY KEY (shift_id, image_id)
        ) {strict};
        CREATE INDEX clock_shift_image_of ON clock_shift_image (image_id);
        """

    /// `image_species` repeats time and place: pictures of one species are found in order without a sort, and species are
    /// counted without a look at the pictures.
    private static let findings = """
        CREATE TABLE detection (
            image_id {uuid} NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            position {integer} NOT NULL,
            category {text} NOT NULL,
            label {text} NOT NULL,
            confidence {real} NOT NULL,
            x {real} NOT NULL,
            y {real} NOT NULL,
            width {real} NOT NULL,
            height {real} NOT NULL,
            species {text} NOT NULL,
            species_confidence {real} NOT NULL,
            species_source {text} NOT NULL,
            model {text} NOT NULL,
            PRIMARY KEY (image_id, position)
        ) {strict};
        CREATE TABLE image_species (
            image_id {uuid} NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            species {text} NOT NULL,
            captured_at {timestamp} NOT NULL,
            camera_id {uuid},
            site_id {uuid},
            confidence {real} NOT NULL,
            individuals {integer} NOT NULL,
            PRIMARY KEY (image_id, species)
        ) {strict};
        CREATE INDEX image_species_time ON image_species (species, captured_at, image_id);
        CREATE INDEX image_species_place ON image_species (species, site_id, camera_id, individuals);
        CREATE INDEX image_species_camera ON image_species (camera_id, species);
        CREATE TABLE image_review (
            id {uuid} PRIMARY KEY,
            image_id {uuid} NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            user_id {uuid},
            decision {text} NOT NULL,
            findings {json} NOT NULL,
            note {text} NOT NULL,
            created_at {timestamp} NOT NULL,
            undone_at {timestamp}
        ) {strict};
        CREATE INDEX image_review_image ON image_review (image_id, id);
        CREATE INDEX image_review_user ON image_review (user_id, id);
        """
}
