using Sockets

const BODY = "Hello from julia-script\n"

server = listen(ip"0.0.0.0", parse(Int, get(ENV, "PORT", "8080")))
while true
    client = accept(server)
    @async try
        while !isempty(readline(client)) end
        write(client, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n",
              "Content-Length: $(sizeof(BODY))\r\nConnection: close\r\n\r\n", BODY)
    finally
        close(client)
    end
end
