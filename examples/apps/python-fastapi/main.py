"""The smallest FastAPI app: uvicorn serves `app` on $PORT."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.get("/", response_class=PlainTextResponse)
def hello() -> str:
    return "Hello from python-fastapi\n"
