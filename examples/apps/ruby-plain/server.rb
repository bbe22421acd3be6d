# frozen_string_literal: true

# A server without gems: one connection after the other.
require "socket"

port = Integer(ENV.fetch("PORT", "3000"))
server = TCPServer.new("0.0.0.0", port)
puts "listening on 0.0.0.0:#{port}"
$stdout.flush

loop do
  client = server.accept
  _method, path, = client.gets.to_s.split
  nil until ["\r\n", nil].include?(client.gets)
  status, body = path == "/" ? ["200 OK", "Hello from ruby-plain\n"] : ["404 Not Found", "Not found\n"]
  client.write "HTTP/1.1 #{status}\r\nContent-Type: text/plain\r\nContent-Length: #{body.bytesize}\r\nConnection: close\r\n\r\n#{body}"
rescue SystemCallError => error
  warn error.message
ensure
  client&.close
end
