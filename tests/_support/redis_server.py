"""A Redis of the tests' own, on a socket, which can go away, come back and fall silent."""

import shutil
import signal
import subprocess
from pathlib import Path

from redis import Redis


class RedisServer:
    """A server of our own on a socket."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("redis-server") is not None

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program is not None
        arguments = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(self.socket.parent)]
        self.process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE)  # noqa: S603
        assert self.process.stdout is not None
        assert any(b"eady to accept connections" in line for line in self.process.stdout)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            with self.process:
                self.process.kill()
            self.process = None

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def client(self) -> Redis:
        return Redis.from_url(self.url)
