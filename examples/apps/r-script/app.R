# Answers every connection with a greeting, with what R itself has.

port <- as.integer(Sys.getenv("PORT", "8080"))
body <- "Hello from r-script\n"
answer <- c(
  "HTTP/1.1 200 OK",
  "Content-Type: text/plain; charset=utf-8",
  sprintf("Content-Length: %d", nchar(body, "bytes")),
  "Connection: close",
  "",
  body
)

server <- serverSocket(port)
repeat {
  client <- socketAccept(server, blocking = TRUE, open = "r+b")
  while (nzchar(readLines(client, 1))) {}
  writeChar(paste(answer, collapse = "\r\n"), client, eos = NULL)
  close(client)
}
