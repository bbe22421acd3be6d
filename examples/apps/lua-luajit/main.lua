-- A web server with nothing but LuaJIT: its ffi calls the C library's sockets.
local ffi = require("ffi")

ffi.cdef [[
struct sockaddr_in {
  unsigned short sin_family;
  unsigned short sin_port;
  unsigned int sin_addr;
  unsigned char sin_zero[8];
};
int socket(int domain, int type, int protocol);
int setsockopt(int socket, int level, int name, const void *value, unsigned int length);
int bind(int socket, const struct sockaddr_in *address, unsigned int length);
int listen(int socket, int backlog);
int accept(int socket, void *address, void *length);
long read(int socket, void *buffer, size_t count);
long write(int socket, const void *buffer, size_t count);
int close(int socket);
unsigned short htons(unsigned short number);
void (*signal(int number, void (*handler)(int)))(int);
]]

-- Linux: AF_INET, SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR, SIGPIPE, SIG_IGN.
local INET, STREAM, SOCKET_LEVEL, REUSE, PIPE, IGNORE = 2, 1, 1, 2, 13, 1

local port = tonumber(os.getenv("PORT") or 3000)
local body = "Hello from lua-luajit\n"
local response = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
  .. #body .. "\r\nConnection: close\r\n\r\n" .. body

ffi.C.signal(PIPE, ffi.cast("void (*)(int)", IGNORE))
local listener = ffi.C.socket(INET, STREAM, 0)
local address = ffi.new("struct sockaddr_in", { sin_family = INET, sin_port = ffi.C.htons(port), sin_addr = 0 })
ffi.C.setsockopt(listener, SOCKET_LEVEL, REUSE, ffi.new("int[1]", 1), 4)
assert(ffi.C.bind(listener, address, ffi.sizeof(address)) == 0, "cannot bind to " .. port)
assert(ffi.C.listen(listener, 16) == 0, "cannot listen")
print("listening on " .. port)
io.stdout:flush()

local buffer = ffi.new("char[4096]")
while true do
  local connection = ffi.C.accept(listener, nil, nil)
  if connection >= 0 then
    if ffi.C.read(connection, buffer, 4096) > 0 then
      ffi.C.write(connection, response, #response)
    end
    ffi.C.close(connection)
  end
end
