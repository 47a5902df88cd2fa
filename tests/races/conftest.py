from tests.mail.fixtures import fresh_connection, greeting, nudged, queue, sink

__all__ = ["fresh_connection", "greeting", "nudged", "queue", "sink"]
