"""The smallest Flask app: gunicorn serves `app` on $PORT."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "Hello from python-poetry\n"
