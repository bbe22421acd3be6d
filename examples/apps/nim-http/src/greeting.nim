import std/[asyncdispatch, asynchttpserver, os, strutils]

proc answer(request: Request) {.async.} =
  await request.respond(Http200, "Hello from nim-http\n")

let port = parseInt(getEnv("PORT", "8080"))
waitFor newAsyncHttpServer().serve(Port(port), answer, "0.0.0.0")
