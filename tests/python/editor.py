"""Checks what rust-analyzer shows inside `resnet!`: hover, definitions, completion, half-typed programs.

Starts rust-analyzer (`rustup component add rust-analyzer rust-src`) on a small crate that depends on this checkout, asks it
over the language server protocol, and prints each finding. Fails if one is not as it should be.

    python3 tests/python/editor.py [FOLDER]      FOLDER: where the crate is made (a temporary one otherwise)
"""

import json
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

PROGRAM = """\
use athena::Model;

athena::resnet! {
    /// A network.
    pub struct Net(3x32x32) -> 10 {
        input
            -> stem: conv(16, 3x3, stride = 2) -> batch_norm -> relu
            -> self::Scaled(FACTOR) -> 2 * basic(16) -> + stem
            -> global_avg_pool -> flatten -> linear(10)
    }

    /// Two convolutions beside a shortcut.
    block basic(filters, stride = 1) {
        let shortcut = input -> conv(filters, 1x1, stride);
        input -> conv(filters, 3x3, padding = same, activation = relu) -> + shortcut
    }
}

/// Half.
const FACTOR: f32 = 0.5;

struct Scaled(f32);

impl athena::layer::Pointwise for Scaled {
    fn forward(&self, x: f32) -> f32 {
        self.0 * x
    }

    fn derivative(&self, _: f32) -> f32 {
        self.0
    }
}

fn main() {
    println!("{}", Net::summary());
}
"""

# What stands in a program while it is typed: what of it is replaced by what; `|` is the cursor.
HALF_TYPED = [
    ("-> flatten -> linear(10)", "-> flat"),
    ("-> flatten -> linear(10)", "->"),
    ("linear(10)", "linear("),
    ("stride = 2)", "stride = )"),
    ("let shortcut = input -> conv(filters, 1x1, stride);", "let shortcut = inp"),
    ("block basic(filters, stride = 1) {", "block basic(filters, str {"),
    ("pub struct Net(3x32x32) -> 10 {", "pub struct Net(3x32x32) -> {"),
]

STEPS = ("conv", "batch_norm", "global_avg_pool", "flatten", "basic")
COMPLETED = [
    ("-> flatten -> linear(10)", "-> fl|", STEPS),
    ("-> flatten -> linear(10)", "-> |", STEPS),
    ("-> batch_norm -> relu", "-> batch_norm -> re| -> relu", STEPS),
    ("2 * basic(16)", "2 * ba|", STEPS),
    ("-> 2 * basic(16)", "-> [re|, conv(16, 3x3)]", STEPS),
    ("linear(10)", "linear(10) -> so|", STEPS),
    ("-> + stem", "-> + st|", ("stem", "input")),
    ("-> + stem", "-> + |", ("stem", "input")),
    ("-> + stem", "-> || st|", ("stem", "input")),
    ("let shortcut = input", "let shortcut = inp|", ("input",)),
    ("stride = 2)", "str|)", ("stride", "padding", "groups")),
    ("stride = 2)", "str| = 2)", ("stride", "padding", "groups")),
    ("conv(filters, 3x3, padding", "conv(fil|, 3x3, padding", ("filters", "kernel")),
    ("basic(16)", "basic(fil|)", ("filters", "stride")),
    ("padding = same", "padding = sa|", ("same", "valid")),
    ("activation = relu", "activation = re|", ("relu", "gelu")),
]


class Server:
    """rust-analyzer behind its protocol."""

    def __init__(self, root):
        self.process = subprocess.Popen(["rust-analyzer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        self.answers, self.ready, self.count = queue.Queue(), threading.Event(), 0
        threading.Thread(target=self.listen, daemon=True).start()
        capabilities = {
            "textDocument": {"hover": {"contentFormat": ["markdown"]}},
            "experimental": {"serverStatusNotification": True},
        }
        self.ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities})
        self.tell("initialized", {})
        self.uri = (root / "src/main.rs").as_uri()
        self.version = 0

    def listen(self):
        stream = self.process.stdout
        while line := stream.readline():
            length = int(line.split(b":")[1])
            while stream.readline().strip():
                pass
            message = json.loads(stream.read(length))
            if message.get("method") == "experimental/serverStatus":
                quiescent = message["params"].get("quiescent")
                self.ready.set() if quiescent else self.ready.clear()
            elif "method" in message and "id" in message:
                self.send({"id": message["id"], "result": None})
            elif "id" in message:
                self.answers.put(message)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        for _ in range(20):
            self.count += 1
            self.send({"id": self.count, "method": method, "params": params})
            while (answer := self.answers.get(timeout=300))["id"] != self.count:
                pass
            if answer.get("error", {}).get("code") not in (-32801, -32802):
                break
            time.sleep(0.5)  # The content was modified meanwhile.
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, text):
        self.version += 1
        if self.version == 1:
            document = {"uri": self.uri, "languageId": "rust", "version": 1, "text": text}
            self.tell("textDocument/didOpen", {"textDocument": document})
        else:
            document = {"uri": self.uri, "version": self.version}
            self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def at(self, method, text, offset):
        before = text[:offset].split("\n")
        position = {"line": len(before) - 1, "character": len(before[-1])}
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": self.uri}, "position": position})


def place(text, what, context):
    """Where `what` stands within the first `context`."""
    return text.index(context) + context.index(what)


def hover(server, what, context, *expected):
    found = server.at("hover", PROGRAM, place(PROGRAM, what, context))
    shown = found["contents"]["value"] if found else ""
    missing = [text for text in expected if text not in shown]
    return f"hover over `{what}` in `{context}`", not missing, f"{missing} not in:\n{shown}" if missing else ""


def definition(server, what, context, target):
    found = server.at("definition", PROGRAM, place(PROGRAM, what, context)) or []
    starts = [(link.get("targetSelectionRange") or link.get("range"))["start"] for link in found]
    before = PROGRAM[: place(PROGRAM, what, target)].split("\n")
    wanted = {"line": len(before) - 1, "character": len(before[-1])}
    return f"definition of `{what}` in `{context}`", wanted in starts, f"{starts} instead of {wanted}"


def half_typed(server, before, after):
    """The struct of a program that is being typed is there still, and so are its methods and associated types."""
    text = replaced(before, after)
    server.open(text)
    found = server.at("hover", text, place(text, "summary", "Net::summary"))
    offered = labels(server, replaced("Net::summary()", "Net::|", text))
    holds = "summary" in str(found) and {"new", "summary", "PARAMETERS"} <= {label.split("(")[0] for label in offered}
    return f"`Net::summary` and the methods of `Net` beside `{after}`", holds, f"{found}, {offered}"


def completion(server, before, after, expected):
    """What is offered at the cursor, and nothing else that begins with a capital: constants and types of Rust's."""
    offered = labels(server, replaced(before, after))
    holds = set(expected) <= set(offered) and not any(label[0].isupper() for label in offered)
    return f"completion at `{after}`", holds and len(offered) == len(set(offered)), str(offered)


def labels(server, text):
    # The last one: `||` is an operator.
    offset = text.rindex("|")
    text = text[:offset] + text[offset + 1 :]
    server.open(text)
    found = server.at("completion", text, offset)
    return [item["label"] for item in (found["items"] if isinstance(found, dict) else found or [])]


def replaced(before, after, text=PROGRAM):
    assert before in text, before
    return text.replace(before, after, 1)


def check(root):
    (root / "src").mkdir(parents=True, exist_ok=True)
    (root / "src/main.rs").write_text(PROGRAM)
    (root / "Cargo.lock").write_bytes((REPOSITORY / "Cargo.lock").read_bytes())
    manifest = f'[package]\nname = "edited"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\nathena = {{ path = "{REPOSITORY}" }}\n\n[workspace]\n'
    (root / "Cargo.toml").write_text(manifest)
    server = Server(root)
    server.open(PROGRAM)
    assert server.ready.wait(600), "rust-analyzer does not get ready"
    findings = [
        hover(server, "conv", "stem: conv(", "conv(filters, kernel, stride = 1", "Convolution", "groups"),
        hover(server, "stride", "stride = 2)", "step between windows", "Default: `1`"),
        hover(server, "batch_norm", "-> batch_norm", "momentum = 0.1", "Ioffe"),
        hover(server, "relu", "-> relu", "max(x, 0)"),
        hover(server, "relu", "activation = relu", "max(x, 0)"),
        hover(server, "padding", "padding = same", "zeros on each side"),
        hover(server, "basic", "2 * basic(16)", "basic(filters, stride = 1)", "Two convolutions beside a shortcut"),
        hover(server, "input", "input\n", "What a body gets"),
        hover(server, "Net", "struct Net", "A network."),
        definition(server, "basic", "2 * basic(16)", "block basic"),
        definition(server, "stem", "-> + stem", "stem: conv"),
        definition(server, "shortcut", "-> + shortcut", "let shortcut"),
        definition(server, "filters", "conv(filters, 3x3", "basic(filters"),
        hover(server, "FACTOR", "Scaled(FACTOR)", "Half."),
        definition(server, "FACTOR", "Scaled(FACTOR)", "const FACTOR"),
        definition(server, "Scaled", "self::Scaled", "struct Scaled"),
    ]
    findings += [half_typed(server, before, after) for before, after in HALF_TYPED]
    findings += [completion(server, *case) for case in COMPLETED]
    server.process.kill()
    for what, holds, why in findings:
        print("ok     " if holds else "MISSING", what, "" if holds else f"\n    {why}")
    sys.exit(not all(holds for _, holds, _ in findings))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        check(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        check(pathlib.Path(folder))
