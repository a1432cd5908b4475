"""Animals go out for maps, for GBIF and for models: each file is read by what reads such files."""

import csv
import io
import json
import pathlib
import tempfile

# What GBIF wants of every occurrence, and what camera traps add to it.
DEMANDED = ("occurrenceID", "basisOfRecord", "eventDate", "scientificName", "individualCount", "occurrenceStatus", "identifiedBy", "identificationVerificationStatus")
PLACED = ("decimalLatitude", "decimalLongitude", "geodeticDatum", "samplingEffort", "eventID")
TERMS = "http://rs.tdwg.org/dwc/terms/"


def lines(field):
    return list(csv.DictReader(io.StringIO(field.call("GET", "/api/v1/export/observations.csv").decode())))


def geojson(field, _):
    whole = json.loads(field.call("GET", "/api/v1/export/observations.geojson"))
    assert whole["type"] == "FeatureCollection"
    table = lines(field)
    assert len(whole["features"]) == len(table) and len({one["id"] for one in whole["features"]}) == len(table)
    placed = 0
    for feature, line in zip(whole["features"], table):
        assert feature["type"] == "Feature" and feature["properties"]["image_id"] == line["image_id"]
        assert (feature["properties"]["species"] or "") == line["species"]
        if feature["geometry"] is not None:
            east, north = feature["geometry"]["coordinates"]
            assert feature["geometry"]["type"] == "Point" and -180 <= east <= 180 and -90 <= north <= 90
            placed += 1
    assert 0 < placed < len(table), "some pictures lie nowhere, and some do not"


def darwin_core(field, keys):
    from dwca.read import DwCAReader

    animals = [line for line in lines(field) if line["kind"] == "animal"]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "archive.zip")
        path.write_bytes(field.call("GET", "/api/v1/export/darwin-core"))
        with DwCAReader(path) as archive:
            assert archive.descriptor.core.type == TERMS + "Occurrence"
            assert archive.metadata is not None and archive.metadata.find("dataset/title").text
            rows = list(archive)
            assert len(rows) == len(animals) and len({row.data[TERMS + "occurrenceID"] for row in rows}) == len(rows)
            placed = 0
            for row in rows:
                data = {name.removeprefix(TERMS): value for name, value in row.data.items()}
                assert all(data[name] for name in DEMANDED), data
                assert data["basisOfRecord"] == "MachineObservation" and data["occurrenceStatus"] == "present"
                if data["decimalLatitude"]:
                    placed += 1
                    assert all(data[name] for name in PLACED) and data["geodeticDatum"] == "EPSG:4326", data
                assert [one.rowtype for one in row.extensions] == ["http://rs.gbif.org/terms/1.0/Multimedia"], row.extensions
            assert 0 < placed < len(rows) or placed == len(rows)
            said = [row.data for row in rows if row.data[TERMS + "occurrenceID"].startswith(keys[0])]
            assert [one[TERMS + "scientificName"] for one in said] == ["Vulpes vulpes", "Animalia"], said
            assert said[0][TERMS + "individualCount"] == "2" and said[0][TERMS + "sex"] == "female"
            assert said[1][TERMS + "vernacularName"] == "a strange, “new” one"
            assert said[0][TERMS + "occurrenceRemarks"] == "two lines of words"
            assert said[0][TERMS + "identificationVerificationStatus"] == "verified by human"


def history(field, _):
    """A deployment that has hung for a quarter of a century needs weeks, and is refused by days."""
    status, _, answer = field.server.request("GET", "/api/v1/export/detection-history.csv?species=bear", headers=field.credentials)
    assert status == 422 and "date_from" in json.loads(answer)["message"], answer
    status, _, answer = field.server.request("GET", "/api/v1/export/detection-history.csv", headers=field.credentials)
    assert status == 422 and "species" in json.loads(answer)["message"], answer
    text = field.call("GET", "/api/v1/export/detection-history.csv?species=vulpes%20vulpes&days_per_occasion=7").decode()
    [row] = csv.DictReader(io.StringIO(text))
    seen = [value for name, value in row.items() if name.startswith("seen_")]
    effort = [float(value) for name, value in row.items() if name.startswith("effort_")]
    assert len(seen) == len(effort) > 1_000 and set(seen) <= {"0", "1", "NA"} and "1" in seen, set(seen)
    assert all((value == "NA") == (days == 0) for value, days in zip(seen, effort))
