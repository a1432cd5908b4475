"""The model alone, one picture at a time, in milliseconds: what a single client cannot get below.

    bare.py onnxruntime MODEL.onnx THREADS
    bare.py openvino MODEL.onnx THREADS f32|bf16
"""

import statistics
import sys
import time

import numpy


def onnxruntime_call(model, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda tensor: session.run(["logits"], {"image": tensor})


def openvino_call(model, threads, precision):
    import openvino

    settings = {"NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": str(threads), "INFERENCE_PRECISION_HINT": precision}
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    return lambda tensor: request.infer({"image": tensor})


def median_milliseconds(call):
    tensor = numpy.random.default_rng(1).random((1, 3, 160, 160), dtype=numpy.float32)
    times = []
    for _ in range(350):
        started = time.perf_counter()
        call(tensor)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times[50:])


if __name__ == "__main__":
    runtime, model, threads, *precision = sys.argv[1:]
    chosen = openvino_call if runtime == "openvino" else onnxruntime_call
    print(median_milliseconds(chosen(model, int(threads), *precision)))
