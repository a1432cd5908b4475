"""Puts and gets an object of 10 MB ten times with boto3, one after the other, and prints the times in milliseconds."""

import json
import os
import statistics
import sys
import time

import boto3


def measured(work):
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def main():
    endpoint, bucket = sys.argv[1:]
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    key, content = "bench/boto3", os.urandom(10_000_000)
    puts, gets = [], []
    for _ in range(10):
        puts.append(measured(lambda: client.put_object(Bucket=bucket, Key=key, Body=content)))
        gets.append(measured(lambda: client.get_object(Bucket=bucket, Key=key)["Body"].read()))
    client.delete_object(Bucket=bucket, Key=key)
    print(json.dumps({"put": {"p50": statistics.median(puts)}, "get": {"p50": statistics.median(gets)}}))


if __name__ == "__main__":
    main()
