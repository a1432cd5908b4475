#!/usr/bin/env python3
"""An S3 server for tests: moto, which forgets all at its end, refusing what is not signed rightly.

Writes one line of JSON once it listens (port, bucket, access_key, secret_key) and ends when its input does, so that it
never outlives the test run, however that ends.
"""

import datetime
import hmac
import json
import logging
import os
import sys
import urllib.parse

# moto reads them when it is imported; the keys are no real ones and only set the stage.
os.environ.update(
    AWS_ACCESS_KEY_ID="stage", AWS_SECRET_ACCESS_KEY="stage", AWS_DEFAULT_REGION="us-east-1", NO_PROXY="127.0.0.1"
)

import boto3  # noqa: E402
import moto.moto_server.threaded_moto_server as threaded  # noqa: E402
import moto.settings  # noqa: E402
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

BUCKET = "hedgerow-tests"
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


class ChecksLinks(threaded.DomainDispatcherApplication):
    """With authentication on, moto refuses every presigned address. This checks them with botocore's own signer and
    turns the good ones into signed requests."""

    keeper = None

    def __call__(self, environ, start_response):
        query = urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        given = dict(query)
        if "X-Amz-Signature" in given and not self.admit(environ, query, given):
            start_response("403 Forbidden", [("Content-Type", "application/xml")])
            return [b"<Error><Code>AccessDenied</Code></Error>"]
        return super().__call__(environ, start_response)

    def admit(self, environ, query, given):
        origin = f"http://{environ['HTTP_HOST']}{urllib.parse.quote(environ['PATH_INFO'])}"
        signed = [(name, value) for name, value in query if name != "X-Amz-Signature"]
        request = AWSRequest(environ["REQUEST_METHOD"], f"{origin}?{urllib.parse.urlencode(signed, quote_via=urllib.parse.quote)}")
        request.context["timestamp"] = given["X-Amz-Date"]
        auth = S3SigV4QueryAuth(self.keeper, "s3", given["X-Amz-Credential"].split("/")[2])
        signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        begun = datetime.datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
        ends = begun + datetime.timedelta(seconds=int(given["X-Amz-Expires"]))
        if not hmac.compare_digest(signature, given["X-Amz-Signature"]) or ends < datetime.datetime.now(datetime.timezone.utc):
            return False
        rest = [(name, value) for name, value in query if not name.startswith("X-Amz-")]
        plain = AWSRequest(environ["REQUEST_METHOD"], origin, params=dict(rest))
        S3SigV4Auth(self.keeper, "s3", "us-east-1").add_auth(plain)
        environ["QUERY_STRING"] = urllib.parse.urlencode(rest)
        for name in ("Authorization", "X-Amz-Date", "X-Amz-Content-SHA256"):
            environ["HTTP_" + name.upper().replace("-", "_")] = plain.headers[name]
        return True


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    threaded.DomainDispatcherApplication = ChecksLinks
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    iam = boto3.client("iam", endpoint_url=endpoint)
    iam.create_user(UserName="keeper")
    iam.put_user_policy(UserName="keeper", PolicyName="objects", PolicyDocument=json.dumps(POLICY))
    key = iam.create_access_key(UserName="keeper")["AccessKey"]
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
    ChecksLinks.keeper = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    # From here on every request must be signed with a key that exists.
    moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0.0
    ready = {"port": port, "bucket": BUCKET, "access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}
    print(json.dumps(ready), flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
