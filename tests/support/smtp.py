"""A mail server on this machine: it takes messages, or refuses those who get them."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """Where it answers, and what it took."""

    port: int = 0
    refuses: bool = False
    messages: list[str] = field(default_factory=list[str])

    @property
    def options(self) -> dict[str, dict[str, object]]:
        """Return the setting of mailers that speaks to it."""
        options = {"host": "127.0.0.1", "port": self.port, "timeout": 5}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        return {"default": {"BACKEND": backend, "OPTIONS": options}}


@contextmanager
def mail_server(*, refuses: bool = False) -> Iterator[MailServer]:
    """Run the server on a free port of this machine."""
    mail = MailServer(refuses=refuses)

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 mail.example ready")
            while line := self.rfile.readline().decode().strip():
                command = line[:4].upper()
                if command == "QUIT":
                    self.say("221 bye")
                    return
                if command == "RCPT" and mail.refuses:
                    self.say("550 no such mailbox")
                elif command == "DATA":
                    self.say("354 go on")
                    mail.messages.append(self.message())
                    self.say("250 taken")
                else:
                    self.say("250 mail.example")

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def message(self) -> str:
            lines: list[str] = []
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                lines.append(line)
            return "\n".join(lines)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        mail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield mail
        server.shutdown()
        thread.join()
