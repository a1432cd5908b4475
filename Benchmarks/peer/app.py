"""The kind of service that Hedgerow replaces: FastAPI, Pillow and ONNX Runtime, serving the same model.

It follows the usual shape of such a service: read the upload, open it with Pillow, resize, normalise, run the model,
answer the probabilities, count for Prometheus. `Benchmarks/run` starts it under uvicorn with two workers.

PEER_THREADS sets the threads of ONNX Runtime in each worker. PEER_DRAFT=1 lets Pillow decode JPEGs at a reduced
scale, which such services seldom do; it is measured as a second, harder peer.
"""

import io
import json
import os
import pathlib
import time

import numpy
import onnxruntime
from fastapi import FastAPI, File, HTTPException, UploadFile
from fastapi.responses import PlainTextResponse
from PIL import Image, ImageOps
from prometheus_client import Counter, Gauge, Histogram, generate_latest

MODEL = pathlib.Path(os.environ.get("PEER_MODEL", pathlib.Path(__file__).parents[2] / "Models/leaf"))
SIDE = 160

card = json.loads((MODEL / "model.json").read_text())
classes = [entry["id"] for entry in card["classes"]]
temperature = card["temperature"]

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(os.environ.get("PEER_THREADS", "0"))
session = onnxruntime.InferenceSession(MODEL / "model.onnx", options, providers=["CPUExecutionProvider"])
use_draft = os.environ.get("PEER_DRAFT") == "1"

predictions_total = Counter("predictions_total", "Total predictions")
prediction_errors_total = Counter("prediction_errors_total", "Errors")
prediction_duration = Histogram("prediction_duration_seconds", "Prediction latency")
prediction_confidence = Gauge("prediction_confidence", "Last prediction confidence")
model_loaded = Gauge("model_loaded", "Model load status")
model_loaded.set(1)

app = FastAPI(title="Plant Disease Detection API")


def preprocess(data):
    picture = Image.open(io.BytesIO(data))
    if use_draft:
        picture.draft("RGB", (SIDE, SIDE))
    picture = ImageOps.exif_transpose(picture).convert("RGB")
    picture = ImageOps.fit(picture, (SIDE, SIDE), Image.Resampling.BILINEAR)
    pixels = numpy.asarray(picture, dtype=numpy.float32) / 255
    return numpy.ascontiguousarray(pixels.transpose(2, 0, 1))[None]


@app.get("/")
def index():
    return {"name": "Plant Disease Detection API", "docs": "/docs"}


@app.get("/health")
async def health():
    return {"status": "healthy"}


@app.get("/classes")
async def list_classes():
    return {"num_classes": len(classes), "classes": classes}


@app.get("/metrics", response_class=PlainTextResponse)
def metrics():
    return generate_latest()


@app.post("/predict")
async def predict(file: UploadFile = File(...)):
    started = time.perf_counter()
    try:
        tensor = preprocess(await file.read())
    except Exception as error:
        prediction_errors_total.inc()
        raise HTTPException(status_code=400, detail="not a picture") from error
    logits = session.run(["logits"], {"image": tensor})[0][0] / temperature
    exponents = numpy.exp(logits - logits.max())
    probabilities = exponents / exponents.sum()
    best = int(probabilities.argmax())
    seconds = time.perf_counter() - started
    predictions_total.inc()
    prediction_duration.observe(seconds)
    prediction_confidence.set(float(probabilities[best]))
    return {
        "prediction": classes[best],
        "confidence": float(probabilities[best]),
        "probabilities": {name: float(p) for name, p in zip(classes, probabilities)},
        "processing_time": seconds,
    }
