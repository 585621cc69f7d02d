"""A gRPC server on grpcio whose answers are compressed with gzip.

    python3 grpcio_server.py PORT LOG

Answers kar.v1.Echo/Echo with what it was sent, and writes a line for each call.
"""
import signal
import sys
from concurrent import futures

import grpc


def main(port, log):
    calls = open(log, "a", buffering=1)

    def echo(request, _context):
        calls.write("0\n")
        return request

    def fail(_request, context):
        calls.write("8\n")
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no more of these")

    methods = {
        "Echo": grpc.unary_unary_rpc_method_handler(echo),
        "ClientStream": grpc.stream_unary_rpc_method_handler(fail),
    }
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4),
        compression=grpc.Compression.Gzip,
    )
    handler = grpc.method_handlers_generic_handler("kar.v1.Echo", methods)
    server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    signal.signal(signal.SIGTERM, lambda *_: server.stop(0))
    server.wait_for_termination()


main(*sys.argv[1:])
