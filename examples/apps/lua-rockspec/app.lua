local socket = require("socket")

local port = tonumber(os.getenv("PORT") or 3000)
local listener = assert(socket.bind("*", port))
print("listening on " .. port)
io.stdout:flush()

while true do
  local connection = listener:accept()
  if connection then
    connection:settimeout(5)
    repeat
      local line, problem = connection:receive("*l")
    until problem or line == ""
    local body = "Hello from lua-rockspec\n"
    connection:send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
      .. #body .. "\r\nConnection: close\r\n\r\n" .. body)
    connection:close()
  end
end
